"""Why a file was turned away, and what was changed about one that was kept, in sentences a citizen reads."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from linli.kernel.access import Invalid
from linli.kernel.files.kinds import Note, Reason, Rejected


class TooLarge(Invalid):
    status = 413


class NotAccepted(Invalid):
    """A type of file that is not kept."""

    status = 415


_STATUS: dict[Reason, type[Invalid]] = {
    Reason.TOO_LARGE: TooLarge,
    Reason.TOO_MANY_PIXELS: TooLarge,
    Reason.EMPTY: Invalid,
    Reason.BROKEN: Invalid,
}


def refusal(rejected: Rejected) -> Invalid:
    """The refusal to raise: its status, its sentence, and the same sentence on the field `file`."""
    sentence = why(rejected)
    kind = _STATUS.get(rejected.reason, NotAccepted)
    return kind(sentence, code=f"file.{rejected.reason.value}", fields={"file": sentence})


def why(rejected: Rejected) -> str:
    match rejected.reason:
        case Reason.EMPTY:
            return _("这个文件是空的，请重新选择。")
        case Reason.TOO_LARGE:
            return _too_large(rejected)
        case Reason.SCRIPT:
            return _("这是网页或脚本文件，为了安全不能上传。")
        case Reason.HEIC:
            return _("暂不支持 HEIC 照片。请在手机相机设置中选择“兼容性最佳”，或把照片转成 JPG 后上传。")
        case Reason.MOV:
            return _("暂不支持 MOV 视频，请转成 MP4 后上传。")
        case Reason.OLD_OFFICE:
            return _("这是旧版 Office 文件，请另存为 DOCX 或 XLSX 后上传。")
        case Reason.MACRO:
            return _("这个文件带有宏，为了安全不能上传，请另存为不带宏的文件。")
        case Reason.LOCKED:
            return _("这个文件有密码，请去掉密码后上传。")
        case Reason.BROKEN:
            return _("这个文件不完整或已损坏，请重新拍照或重新选择。")
        case Reason.TOO_MANY_PIXELS:
            return _("照片的像素太多（最多 %(limit)s00 万），请缩小后上传。") % rejected.values
        case Reason.BOMB:
            return _("这个文件解压后过大，不能上传。")
        case Reason.NOT_A_PHOTO:
            return _("这不是照片。请重新拍一张，或选一张 JPG、PNG、WebP、GIF 照片。")
        case Reason.UNKNOWN:
            return _(
                "不支持这种文件。可以上传 JPG、PNG、WebP、GIF 照片，PDF、DOCX、XLSX、CSV、TXT 文档和 MP4 视频。"
            )


def _too_large(rejected: Rejected) -> str:
    sentences = {
        "photo": _("照片最大 %(limit)s MB，请缩小后上传。"),
        "document": _("文档最大 %(limit)s MB，请缩小后上传。"),
        "video": _("视频最大 %(limit)s MB，请剪短后上传。"),
    }
    return sentences[str(rejected.values["family"])] % rejected.values


def remarks(notes: Iterable[str]) -> list[str]:
    """What to tell the sender about a file that was kept."""
    sentences = {
        Note.RENAMED: _("文件名的后缀与内容不符，已按内容改正。"),
        Note.DECODED: _("文字编码不是 UTF-8（多半是 GBK），已自动转换。"),
        Note.SCALED: _("照片像素过多，已自动缩小。"),
        Note.STILL: _("动图只保留第一帧。"),
    }
    return [sentences[Note(note)] for note in notes]
