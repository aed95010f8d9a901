"""The words by which each part of a Chinese address is known. Only patterns; how they are used is in `address`.

Most parts end in their own character (路, 弄, 号楼, 室). The look-aheads keep apart what only looks alike:
镇宁路 is a road and no town (镇), 3号线 is a metro line and no number 3, 小区 is no district (区).
"""

import re

HAN = "[\u4e00-\u9fff]"
ROAD_END = (
    r"(?:大道|大街|公路|支路|胡同|路(?![街巷])|街(?!道|坊)|道(?!口)|巷)"
    r"(?:[东南西北中]段|[一二三四五六七八九十\d]+段)?"
)
ROAD = rf"(?:(?!弄|号|[与和近])\w){{1,10}}?{ROAD_END}"
CROSS = r"((?:(?!弄|号)\w){1,6}?(?:大道|大街|公路|路|街(?!道)|道|巷))"
COMPOUND_END = (
    r"(?:\d+村|小区|新村|花园|花苑|新苑|嘉苑|家苑|佳苑|名苑|家园|嘉园|公寓|公馆|别墅|山庄|华庭|豪庭|名庭|名邸|华府|名府"
    r"|广场|大厦|大楼|商城|商场|市场|公园|医院|学校|小学|中学|大学|幼儿园|菜场|苑|庭|坊|大?院|[里湾城府园轩阁](?=\d)(?!\d+村)|[东南西北A-Za-z]区(?=\d))"
)
COMPOUND = (
    rf"(?:(?![路弄号,，。])[\w·]){{1,12}}?{COMPOUND_END}(?:[东南西北]区|\d+期|[A-Za-z]区)?"
    r"|\d+号?大?院"
)
RELATION = (
    r"(?:与|和|同|跟)?(?:路口|街口|道口|交叉路?口|交汇处|交界处|交叉处|弄口|门口|大门口?|对面|对过|旁边|旁|边上"
    r"|附近|近旁|[东南西北]{1,2}侧|以[东南西北]|[往向][东南西北]\d+米|后面|前面|门前|楼下|楼道|电梯|地下车库|口)"
)

_PROVINCE = (
    rf"(?:北京|天津|上海|重庆)市?(?={HAN})(?![东南西北中]?[一二三四]?[路街道])"
    rf"|{HAN}{{2,3}}省|{HAN}{{2,6}}自治区"
)
_CITY = (
    rf"{HAN}{{2,8}}?自治州|{HAN}{{2,3}}地区|{HAN}{{2,5}}?盟"
    r"|(?:(?![路街区县])\w){1,8}?市(?![场区光民政路])"
)
_DISTRICT = (
    r"(?:(?![路街弄号])\w){1,8}?"
    r"(?:自治县|(?<![小社园校景库住片])(?<!居民)(?<![A-Za-z\d])区(?!\d)|县|(?<!红)旗)(?![路街])"
)
# A street office may be named after a road (南京东路街道), a town may not: 路 inside it means a road.
_STREET = rf"{HAN}{{1,8}}?街道(?!旁|边|上|口)|(?:(?![路街弄号村])\w){{1,8}}?[镇乡](?![路街江宁政村])"
_NEIGHBOURHOOD = (
    r"(?:(?:(?![弄号近与旁])\w){1,10}?(?:居委会?|居民区|社区|村委会?)"
    r"|(?:(?![路弄号])\w){1,10}?(?<!新)(?<!\d)村(?!路))(?:(?:(?![路弄号\d])\w){0,4}?第?\d+(?:网格|组|队))?"
)
DIVISIONS = (
    ("province", _PROVINCE),
    ("city", _CITY),
    ("district", _DISTRICT),
    ("street", _STREET),
    ("neighbourhood", _NEIGHBOURHOOD),
)

LEAD = re.compile(
    r"^(?:[,，。.、:：;；\-()（）]|您好|你好|我是|我们是|我家|我们|我|家)*"
    r"(?:(?:详细)?(?:地址|位置|地点)(?:是|为|在|:|：)*"
    r"|(?:居?住|位于|位|坐落|家住|就?在|住在|本市|关于|反映|投诉)+)*[:：,，]?"
)
SEPARATORS = re.compile(r"^[_,，、/\-()（）\[\]【】|·.;；]+")
