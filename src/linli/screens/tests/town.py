"""A town in which every page has something to show: matters, devices, notices, points in the states that look different."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from linli.kernel.access import SYSTEM, as_system, looking_as
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs as datasets
from linli.kernel.datasets.forecasting import METHODS
from linli.kernel.datasets.models import Forecast, Publication, Row
from linli.kernel.datasets.tests.addresses import HAPPY, make_town, row, take_in, water
from linli.kernel.declare import Source
from linli.kernel.displays import verbs as displays
from linli.kernel.displays.models import Display
from linli.kernel.duty import verbs as duty
from linli.kernel.duty import wall
from linli.kernel.duty.models import Shift
from linli.kernel.emergencies import verbs as emergencies
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.figures import verbs as figures
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, HOOD, OTHER_HOOD, STREET, Cast
from linli.kernel.matters.verbs import alarming
from linli.kernel.messages.models import Message
from linli.kernel.notices import verbs as notices
from linli.kernel.notices.tests.made import draft, emergency, published
from linli.kernel.notices.tokens import off_address
from linli.kernel.operations import verbs as operations
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Double, Person
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Account
from linli.kernel.readings.models import DeadLetter, Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.verbs import raising
from linli.kernel.registers import verbs as registers
from linli.kernel.registers.models import Fact
from linli.kernel.registers.verbs.supplying import supply
from linli.kernel.reports import verbs as reports
from linli.kernel.reports.columns import Column, Cond, Kind, Op, Table
from linli.kernel.reports.models import Sheet
from linli.kernel.signs.models import Suggestion
from linli.kernel.things import verbs as things
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.triage import trending
from linli.kernel.triage.tests.planted import MIXER, plant
from linli.parts.tests import hung
from linli.parts.tests.looks import faults

PASSWORD = "Willow-Bridge-7"


@dataclass
class Scene:
    """The cast with matters in the states that look different."""

    cast: Cast
    found: list[str] = field(default_factory=list)

    def addresses(self) -> dict[str, str]:
        cast, at = self.cast, now() - timedelta(hours=30)
        asked = cast.assigned(at=at)
        verbs.ask(matter_id=asked.id, by=cast.handler, at=at + timedelta(hours=1), text="是哪个路口？", pauses=True)
        closed = cast.done(at=at)
        verbs.verify(matter_id=closed.id, by=cast.grid, at=at, passed=True)
        verbs.close(matter_id=closed.id, by=cast.dispatcher, at=at + timedelta(hours=1), reply="摊位已清理。")
        verbs.supervise(matter_id=asked.id, by=cast.district_duty, at=at, text="查明原因，当面说明。")
        with as_system():
            order = asked.orders.get()
        called = self._called()
        given = {"asked": asked, "closed": closed, "new": cast.report(), "called": called}
        figures.recompute(by=SYSTEM, at=now())
        return {
            **{name: str(matter.id) for name, matter in given.items()},
            "order": str(order.id),
            "nobodys": "00000000-0000-7000-8000-000000000000",
            "street": STREET,
            "hood": HOOD,
            "granny": str(cast.granny.person_id),
            "topic": self._topic(),
            "emergency": self._emergency(),
            **self._alarms(),
            **self._hung(),
            **self._notices(),
            **self._at_home(),
            **self._duty(),
            **self._books(),
            **self._data(),
            **self._points(),
            "sign": self._sign(),
        }

    def _points(self) -> dict[str, str]:
        """Given, cut by a cap and objected to, taken and objected to; given to somebody of another community."""
        cast, at = self.cast, now() - timedelta(days=3)
        granny, proof = cast.granny.person_id, [points.Evidence("report", "2026-09-118", "楼道巡查")]
        for number in range(5):
            given = points.award(
                by=cast.social, at=at, key=f"deed:{number}", rule="good-deed", person_id=granny, evidence=proof,
                reason="帮邻居看护孩子",
            )  # fmt: skip
        taken = [
            points.deduct(
                by=cast.social, at=at, key=f"broken:{n}", rule="promise-broken", person_id=granny, evidence=proof
            )
            for n in range(2)
        ]
        for line, text in ((given, "第五次是前一天的。"), (taken[0], "那天我住院了。")):
            made = points.appeal(by=cast.granny, at=at, transfer_id=line.id, text=text)
        points.decide_appeal(by=cast.street_duty, at=at, appeal_id=made.id, uphold=True, answer="已核对住院记录。")
        with as_system():
            far = Person.objects.create(name="对岸邻居", place_code=OTHER_HOOD)
        saved = [{"person_id": granny}, {"person_id": far.id}]
        accounts = [points.open_account(by=SYSTEM, at=at, ledger="saved-time", **whose) for whose in saved]
        points.award(
            by=SYSTEM, at=at, key="saved", rule="saved-minute", person_id=granny, quantity=90,
            evidence=[points.Evidence("sign-up", "1")],
        )  # fmt: skip
        points.transfer(by=SYSTEM, at=at, key="over", source_id=accounts[0].id, target_id=accounts[1].id, amount=30)
        with as_system():
            purse = Account.objects.get(person=granny, ledger="integrity-points")
            told = Message.objects.filter(person=granny).order_by("id")[0]
        return {"purse": str(purse.id), "book": str(purse.book_id), "message": str(told.id)}

    def _sign(self) -> str:
        """A suggestion about a home, with an indication that speaks and one that is silent."""
        usual = [10.0, 1.5, 12]
        said = {"strength": 1.0, "weight": 1.0, "now": 34.0, "past": [9.0, 10.0, 11.0] * 4, "own": usual, "area": HOOD,
                "alike": usual, "first": "2026-08-01", "last": "2026-08-31", "monthly": True, "hours": None,
                "source": {"sets": [{"name": "water-use", "title": "居民用水月报", "rows": 13}], "n": 13}}  # fmt: skip
        quiet = {**said, "strength": 0.0, "monthly": False, "source": {"matters": [], "n": 0}}
        with as_system():
            made = Suggestion.objects.create(
                sign="group-renting-sign", place_code=HAPPY + "003010101", weight=1.0, raises=1.0, made_at=now(),
                looked_at=now(), evidence=[{**said, "name": "home-water"}, {**quiet, "name": "home-complaints"}],
            )  # fmt: skip
        return str(made.id)

    def _books(self) -> dict[str, str]:
        """An old person visited, two sources that differ, a contest, a visit that is due."""
        cast, at = self.cast, now() - timedelta(days=9)
        granny = cast.granny.person_id
        assert granny is not None
        told = {"subject": granny, "by": cast.social}
        card = {"residence-kind": "registered-here", "low-income": "no", "disability": "two"}
        registers.enter(
            at=at, form="resident-card", source=Source.DEPARTMENT, source_name="区民政局", values=card, **told
        )
        visit = {
            "condition": "well",
            "lives-alone": "yes",
            "care-level": "some-help",
            "visit-note": "女儿每周日来。",
        }
        registers.enter(at=at, form="elder-visit", source=Source.VISIT, values=visit, **told)
        registers.enter(at=now(), form="resident-card", source=Source.VISIT, values={"low-income": "yes"}, **told)
        with as_system():
            wrong = Fact.objects.get(element="lives-alone", subject=granny)
        registers.contest(by=cast.granny, at=now(), fact_id=wrong.id, reason="儿子上个月搬回来住了。")
        registers.plan_visits(
            by=cast.social, at=now(), form="elder-visit", subjects=[granny], due_on=timezone.localdate(now())
        )
        asks = [{"element": name, "own": True} for name in ("emergency-contact", "emergency-phone", "marriage")]
        own = registers.save_form(
            by=cast.social, at=now(), place_code=HOOD, label="紧急联系卡", about="person",
            layout=[{"label": "紧急联系", "asks": asks}],
        )  # fmt: skip
        return {"own": own.name}

    def _data(self) -> dict[str, str]:
        """A table with a row that is sure, one that is doubtful and one that was refused."""
        make_town()
        rows = [row(), row("A2", 用水地址="临江路128弄9号101室"), row("A3", 用水量="十")]
        dataset = water(self.cast)
        take_in(self.cast, dataset, rows)
        share = datasets.ask(
            by=self.cast.district_duty, at=now(), dataset_id=dataset.id, fields=["used", "phone"],
            purpose="安排上门看望独居老人", until=now() + timedelta(days=30),
        )  # fmt: skip
        with as_system():
            found = Row.objects.get(key="A2|2026-08")
            published_table = Publication.objects.create(
                place_code=STREET, title="八月事项", first=date(2026, 8, 1), last=date(2026, 8, 31), least=5, left_out=4,
                rows=["noise", "unlicensed-stall"], columns=[HOOD, OTHER_HOOD], published_at=now(), published_name="x",
                cells=[[None, None, 15], [None, None, 11], [17, 9, 26]],
            )  # fmt: skip
            Forecast.objects.create(
                place_code=STREET, kind="", week=now().date(), made_at=now(), method="mean4", beaten=False, held=0.8,
                points=[[9.5, 5, 14]] * 4, past=list(range(52)), trials=40,
                mase=dict.fromkeys(METHODS, 0.9), mae=dict.fromkeys(METHODS, 3.1),
            )  # fmt: skip
        return {
            "datarow": str(found.id),
            "datashare": str(share.id),
            "published": str(published_table.id),
            "datajob": str(found.job_id),
            "datadoubt": str(found.place_doubt_id),
        }

    def _duty(self) -> dict[str, str]:
        """A roster with a gap, and somebody who is to be on duty."""
        unit = self.cast.units["enforcement"]
        roster = duty.add_roster(
            by=self.cast.street_duty, at=now(), unit_id=unit.id, name="值班表", pattern="three"
        )
        day = wall.day_of(now() + timedelta(days=1))
        duty.add_shift(
            by=self.cast.street_duty, at=now(), roster_id=roster.id, day=day, begins=time(18), ends=time(22),
            account_id=self.cast.handler.account_id, note="演练",
        )  # fmt: skip
        duty.publish(by=self.cast.street_duty, at=now(), roster_id=roster.id, month=day, with_gaps=True)
        with as_system():
            shift = Shift.objects.get(account=self.cast.handler.account_id)
        begun = now() - timedelta(hours=1)
        served = duty.add_shift(
            by=self.cast.street_duty, at=begun, roster_id=roster.id, day=wall.day_of(begun),
            begins=wall.local(begun).time(), ends=wall.local(now() + timedelta(hours=3)).time(),
            account_id=self.cast.handler2.account_id, note="值守",
        )  # fmt: skip
        with as_system():
            Shift.objects.filter(pk=served.pk, published_at=None).update(published_at=begun)
        duty.check_in(by=self.cast.handler2, at=begun, shift_id=served.id)
        duty.share(by=self.cast.handler2, at=begun, shift_id=served.id)
        return {
            "roster": str(roster.id),
            "shift": str(shift.id),
            "served": str(served.id),
            **self._operation(),
            **self._asked(),
        }

    def _asked(self) -> dict[str, str]:
        """A report that is asked for: one sheet signed and sent, one with a gap; a pair that may be one person, a merged one."""
        cast, at = self.cast, now()
        home = HOOD + "001001001010001"
        with as_system():
            ids = [
                Person.objects.create(name=name, place_code=home, birth_year=1940).id
                for name in ("林秀珍", "林秀真", "周福生", "周福升")
            ]
        for who, phone in ((ids[0], "13900001111"), (ids[2], "")):
            values = {"lives-alone": "是", "call-button": "是", "emergency-phone": phone or None}
            supply(by=cast.social, at=at, about="person", subject=who, values=values, origin="elder-card")
        people.look_for_doubles(at=at, street=STREET)
        merging = people.merge_persons(
            by=cast.social, at=at, standing_id=ids[2], alias_id=ids[3], reason="本人到场"
        )
        alone = Cond("lives-alone", Op.IS, ("yes",))
        columns = (
            Column("姓名", Kind.NAME),
            Column("呼叫按钮", Kind.VALUE, "call-button"),
            Column("电话", Kind.VALUE, "emergency-phone"),
        )
        report = reports.ask_report(
            by=cast.street_duty, at=at, title="独居老人情况", reason="安排夏季送水", table=Table("person", True, (alone,), columns),
            due_at=at + timedelta(days=7), begins_on=at.date(), ends_on=at.date(), to=[STREET],
        )  # fmt: skip
        with as_system():
            sheet = Sheet.objects.get(report=report, place_code=HOOD)
            double = Double.objects.get(one__in=ids, other__in=ids, state="open")
        handing = reports.sign_sheet(by=cast.social, at=at, sheet_id=sheet.id, note="一位没有电话")
        reports.send_sheet(by=cast.social, at=at, sheet_id=sheet.id)
        reports.give_back(by=cast.street_duty, at=at, sheet_id=sheet.id, reason="请补上电话")
        keys = {"double": double, "merging": merging, "report": report, "sheet": sheet, "handing": handing}
        return {name: str(one.id) for name, one in keys.items()}

    def _operation(self) -> dict[str, str]:
        """A joint operation that runs: one step done, one with a photo to come."""
        cast = self.cast
        made = operations.draft_operation(
            by=cast.street_duty, at=now(), title="夜间占道经营联合整治", purpose="人行道恢复通行", place_code=STREET,
            starts_at=now(), ends_at=now() + timedelta(hours=3), lead_id=cast.head.account_id,
            unit_ids=[cast.units["sanitation"].id], meet="临江路口",
        )  # fmt: skip
        steps = [
            operations.add_step(
                by=cast.head, at=now(), operation_id=made.id, title=title, unit_id=cast.units["enforcement"].id,
                photo=photo,
            )
            for title, photo in (("清点摊位", False), ("劝离并拍照", True))
        ]  # fmt: skip
        operations.announce(by=cast.head, at=now(), operation_id=made.id)
        operations.begin(by=cast.head, at=now(), operation_id=made.id)
        operations.tick(by=cast.handler, at=now(), step_id=steps[0].id, note="共 12 处")
        return {"operation": str(made.id)}

    def _at_home(self) -> dict[str, str]:
        """A door contact nobody has agreed to, and a button Granny was asked about on her phone; one she agreed to."""
        ensure_slots()
        made = {
            name: things.register(by=self.cast.keeper, at=now(), key=name, model=model, place_code=HOOD).thing
            for name, model in (
                ("contact", "home-door"),
                ("button", "emergency-button"),
                ("worn", "emergency-button"),
            )
        }
        granny = things.Signer(person_id=self.cast.granny.person_id)
        things.ask(by=self.cast.social, at=now(), thing_id=made["button"].id, signers=[granny])
        things.agree(
            by=self.cast.social, at=now(), thing_id=made["worn"].id, signers=[granny], form="paper",
            file_id=self.cast.photo("social", at=now()),
        )  # fmt: skip
        return {name: str(made[name].id) for name in ("contact", "button")}

    def _notices(self) -> dict[str, str]:
        """A notice that was corrected, one that waits for a second person, an emergency that was lifted."""
        street = self.cast.street_duty
        lifted = emergency(self.cast, at=now() - timedelta(hours=1))
        notices.lift(notice_id=lifted.id, by=street, at=now(), words="明火已扑灭")
        corrected = published(self.cast, at=now() - timedelta(minutes=20))
        better = notices.Text(title="周四上午停水", body="改为周四。")
        notices.correct(notice_id=corrected.id, by=self.cast.social, at=now(), text=better, why="日期改为周四")
        waits = draft(self.cast, at=now(), level="important")
        notices.submit(notice_id=waits.id, by=self.cast.social, at=now())
        off = off_address(self.cast.granny.account_id, "outage").split("/")[-2]
        written = draft(self.cast, at=now())
        return {
            "written": str(written.id),
            "notice": str(corrected.id),
            "lifted": str(lifted.id),
            "waits": str(waits.id),
            "off": off,
        }

    def _hung(self) -> dict[str, str]:
        """A board at the neighbourhood's door and Granny's television, with notices and somebody's matters on them."""
        hung.notice(self.cast, "本周六上午停水检修", "周六 8:00 至 12:00 停水。\n\n请提前储水。")
        hung.posted(self.cast)
        hung.office_phone(self.cast)
        displays.demo_displays(
            [("board-of-the-test", "一居门口", HOOD)],
            [("tv-of-the-test", "家里的电视", self.cast.granny.person_id)],
            at=now(),
        )  # fmt: skip
        with as_system():
            return {"board": str(Display.objects.get(kind="board").pk)}

    def _alarms(self) -> dict[str, str]:
        """Two alarms, one nobody goes to, one somebody has gone to and found real."""
        matters = []
        for n, rule in enumerate([rule for rule in catalogue().rules.values() if rule.opens][:2]):
            said = {"quantity": catalogue().devices[rule.of[0]].measures[0].name, "value": 1, "limit": 0}
            device = thing(n, HOOD, model=rule.of[0], name="三楼走廊东侧的设备")
            found = raised(device, rule=rule.name, at=now(), says=said)
            matters += raising.apply([found], at=now(), open_matter=alarming.open_for).opened
        for verb, given in (("go", {}), ("arrive", {}), ("found", {"cause": "real", "text": "灶上起火。"})):
            getattr(verbs, verb)(matter_id=matters[1], by=self.cast.grid, at=now(), **given)
        with as_system():
            warning = Warning.objects.get(matter_id=matters[0])
            letter = DeadLetter.objects.create(
                at=now(), key="smoke-1", thing=warning.thing, place_code=HOOD, via="mqtt", topic="d/smoke-1/up",
                codec="plain", why="unreadable", says="line 1", payload=b'{"smoke":', size=9,
            )  # fmt: skip
        rule = next(rule for rule in catalogue().rules.values() if rule.gathers == 12)
        together = [thing(n, HOOD, model=rule.of[0], name="同一处的设备") for n in (7, 8)]
        raising.apply([raised(one, rule=rule.name, at=now()) for one in together], at=now())
        with as_system():
            incident = Warning.objects.get(thing=together[0]).incident_id
        return {
            "incident": str(incident),
            "alarm": str(matters[0]),
            "gone": str(matters[1]),
            "warning": str(warning.id),
            "thing": str(warning.thing_id),
            "letter": str(letter.id),
        }

    def _called(self) -> Matter:
        return verbs.open_matter(
            by=self.cast.dispatcher, at=now(), kind="unlicensed-stall", title="来电", body="路口有摊位。", source="desk",
            place_code=STREET, contact={"name": "王女士", "phone": "13900001234"},
        )  # fmt: skip

    def _emergency(self) -> str:
        """In the other neighbourhood, so that a wall of each kind is looked at."""
        made = emergencies.declare(
            by=self.cast.street_duty, at=now(), event="居民楼火灾", category="fire", zone=Wanted(place_code=OTHER_HOOD),
            instruction="沿消防通道撤离",
        )  # fmt: skip
        emergencies.set_task(
            emergency_id=made.id, by=self.cast.street_duty, at=now(), text="封闭东门", who="派出所",
            due_at=now() + timedelta(hours=1),
        )  # fmt: skip
        return str(made.id)

    def _topic(self) -> str:
        plant(self.cast, MIXER, 4)
        trending.ask(by=self.cast.dispatcher, at=now())
        trending.compute_wanted(at=now())
        with looking_as(self.cast.dispatcher):
            return str(trending.sheet(self.cast.dispatcher).topics[0]["key"])

    def hire(self) -> None:
        """Who is not in the cast: the three administrators kept apart."""
        for username, role in (
            ("system", "system_admin"),
            ("security", "security_admin"),
            ("audit", "audit_admin"),
        ):
            post = {"role": role, "place_code": CITY, "title": ""}
            people.demo_account(username, username, PASSWORD, [post], at=now() - timedelta(days=1))

    def look(self, page: Page, *, thumb: bool = False) -> None:
        self.found += faults(page, thumb=thumb)
