"""The cast: every home of the demo city with its place, kind and the story that its life will follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from portal.extensions import db
from portal.institutions.demo import identity
from portal.institutions.demo.names import CHAINS, WRITTEN_NAMES, NameStock, township_home_name
from portal.institutions.demo.regions import CITY_NAME, COUNTIES, COUNTY_BY_CODE, ROADS, VILLAGES, County
from portal.institutions.demo.seeded import seeded
from portal.institutions.models import Institution, InstitutionKind, LegalForm, OperationMode


class Story(StrEnum):
    """What becomes of a home during the thirty months."""

    STEADY = "steady"
    NEW = "new"
    RENAMED = "renamed"
    NOT_FILED = "not_filed"
    JUST_OPENED = "just_opened"
    NOT_OPENED = "not_opened"
    NO_LEGAL_PERSON = "no_legal_person"
    ONCE_UNREGISTERED = "once_unregistered"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CLOSED = "closed"
    MERGED = "merged"
    CONVERTED = "converted"
    OWNER_LEAVES = "owner_leaves"
    OWNER_COMES = "owner_comes"


@dataclass(slots=True, eq=False)
class Home:
    """One home as planned; ``record_id`` is its row's id once it has been entered."""

    key: str
    name: str
    county: County
    township: str
    address: str
    kind: InstitutionKind
    form: LegalForm
    mode: OperationMode
    beds: int
    phone: str
    public_id: str
    credit_code: str
    story: Story = Story.STEADY
    name_later: str | None = None
    predecessor: Home | None = None
    heir: Home | None = None
    """The home that takes over its residents."""
    known_as: str = ""
    """The name under which it stands on the lists by now."""
    record_id: int | None = None
    registration_id: int | None = None
    filing_id: int | None = None

    @property
    def row(self) -> Institution:
        """The record. Not kept between entries: what the session holds, each bulk change looks through."""
        row = db.session.get(Institution, self.id)
        assert row is not None
        return row

    @property
    def id(self) -> int:
        """The record's id; only after it has been entered."""
        assert self.record_id is not None, f"{self.name} is not entered yet"
        return self.record_id

    @property
    def subject(self) -> str:
        """The subject of its history."""
        return f"institution/{self.id}"

    @property
    def is_public(self) -> bool:
        """True if the government built it."""
        return self.mode in (OperationMode.PUBLIC_PUBLIC, OperationMode.PUBLIC_PRIVATE)

    @property
    def live(self) -> bool:
        """True if residents live there today, as far as its story goes."""
        return self.story not in (
            Story.NOT_OPENED,
            Story.SUSPENDED,
            Story.CLOSED,
            Story.MERGED,
            Story.OWNER_LEAVES,
        )


@dataclass(slots=True)
class City:
    """The whole cast and the seed from which every chapter draws its own numbers."""

    seed: int
    homes: list[Home] = field(default_factory=list)

    def rng(self, *names: str) -> Random:
        """Return a source of numbers for one chapter or home: what one draws moves no other."""
        return seeded(self.seed, *names)

    def of(self, *stories: Story) -> list[Home]:
        """Return the homes whose life follows one of these stories."""
        return [home for home in self.homes if home.story in stories]


_URBAN = {
    InstitutionKind.NURSING_HOME: 13,
    InstitutionKind.APARTMENT: 5,
    InstitutionKind.NURSING_CENTRE: 3,
    InstitutionKind.COMMUNITY_CENTRE: 7,
}
_RURAL = {
    InstitutionKind.NURSING_HOME: 6,
    InstitutionKind.APARTMENT: 2,
    InstitutionKind.NURSING_CENTRE: 1,
    InstitutionKind.COMMUNITY_CENTRE: 2,
}
_TOWNSHIP, _NURSING = InstitutionKind.TOWNSHIP_HOME, InstitutionKind.NURSING_HOME
_PRIVATE_KINDS = (_NURSING, InstitutionKind.APARTMENT, InstitutionKind.NURSING_CENTRE)
_STORIES: tuple[tuple[Story, int, tuple[InstitutionKind, ...]], ...] = (
    (Story.NO_LEGAL_PERSON, 14, (_TOWNSHIP,)),
    (Story.MERGED, 5, (_TOWNSHIP,)),
    (Story.CLOSED, 2, (_TOWNSHIP,)),
    (Story.CLOSED, 3, (_NURSING, InstitutionKind.APARTMENT)),
    (Story.CONVERTED, 2, (_TOWNSHIP,)),
    (Story.SUSPENDED, 2, (_TOWNSHIP,)),
    (Story.SUSPENDED, 3, _PRIVATE_KINDS),
    (Story.RESUMED, 2, _PRIVATE_KINDS),
    (Story.NOT_FILED, 4, (_TOWNSHIP,)),
    (Story.NOT_FILED, 5, _PRIVATE_KINDS),
    (Story.JUST_OPENED, 4, _PRIVATE_KINDS),
    (Story.NOT_OPENED, 6, _PRIVATE_KINDS),
    (Story.NEW, 24, (*_PRIVATE_KINDS, InstitutionKind.COMMUNITY_CENTRE)),
    (Story.ONCE_UNREGISTERED, 2, (_NURSING,)),
    (Story.OWNER_LEAVES, 5, _PRIVATE_KINDS),
    (Story.RENAMED, 5, _PRIVATE_KINDS),
    (Story.RENAMED, 4, (_TOWNSHIP,)),
)


def cast_city(seed: int) -> City:
    """Return the cast for ``seed``: the same names, ids, places and stories whatever the day."""
    city = City(seed)
    rng = city.rng("cast")
    stock = NameStock(city.rng("names"))
    for code, name, kind in WRITTEN_NAMES:
        county = COUNTY_BY_CODE[code]
        named = [town for town in county.townships if town[:2] in name]
        _add(city, rng, county, (named or [rng.choice(county.townships)])[0], name, kind)
    for county in COUNTIES:
        _settle(city, rng, stock, county)
    for number, brand in enumerate(CHAINS):
        for county in (COUNTIES[number], COUNTIES[number + 2], COUNTIES[7 - number]):
            _add(city, rng, county, county.townships[0], stock.of_chain(brand, county, _NURSING), _NURSING)
    for kind, county in zip((_NURSING, *_PRIVATE_KINDS, _NURSING), COUNTIES, strict=False):
        _add(city, rng, county, rng.choice(county.townships), stock.traditional(kind), kind)
    _give_stories(city, city.rng("stories"), stock)
    return city


def _settle(city: City, rng: Random, stock: NameStock, county: County) -> None:
    welfare = f"{county.name}{rng.choice(('社会福利院', '社会福利中心'))}"
    _add(city, rng, county, county.townships[0], welfare, InstitutionKind.WELFARE_HOME)
    towns = [town for town in county.townships if not town.endswith("街道")]
    for town in towns[: 3 if county.urban else 10]:
        _add(city, rng, county, town, township_home_name(county, town, rng), _TOWNSHIP)
    for kind, count in (_URBAN if county.urban else _RURAL).items():
        for _ in range(count):
            town = rng.choice(county.townships)
            if kind is InstitutionKind.COMMUNITY_CENTRE:
                name = stock.community(county, town)
            else:
                name = stock.branded(county, kind)
            _add(city, rng, county, town, name, kind)


def _add(city: City, rng: Random, county: County, town: str, name: str, kind: InstitutionKind) -> Home:
    number = len(city.homes) + 1
    form, mode = _form_and_mode(kind, rng)
    home = Home(
        key=f"{county.code}/{number:03d}",
        name=name,
        county=county,
        township=town,
        address=_address(county, town, kind, rng),
        kind=kind,
        form=form,
        mode=mode,
        beds=_beds(kind, rng),
        phone=identity.telephone(100 + number),
        public_id=identity.public_id(city.rng("id", str(number))),
        credit_code=identity.credit_code(form, county.code, 55010000 + 37 * number),
    )
    city.homes.append(home)
    return home


def _form_and_mode(kind: InstitutionKind, rng: Random) -> tuple[LegalForm, OperationMode]:
    if kind in (InstitutionKind.WELFARE_HOME, InstitutionKind.TOWNSHIP_HOME):
        return LegalForm.PUBLIC_INSTITUTION, rng.choice(
            (OperationMode.PUBLIC_PUBLIC, OperationMode.PUBLIC_PUBLIC, OperationMode.PUBLIC_PRIVATE)
        )
    if kind is InstitutionKind.OTHER:
        return LegalForm.OTHER, OperationMode.PUBLIC_PUBLIC
    mode = rng.choice(
        (
            OperationMode.PRIVATE,
            OperationMode.PRIVATE,
            OperationMode.PRIVATE_SUBSIDISED,
            OperationMode.PUBLIC_PRIVATE,
        )
    )
    forms = [LegalForm.SOCIAL_SERVICE, LegalForm.SOCIAL_SERVICE, LegalForm.COMPANY]
    if kind is InstitutionKind.APARTMENT and mode is OperationMode.PRIVATE:
        forms += [LegalForm.INDIVIDUAL, LegalForm.INDIVIDUAL]
    return rng.choice(forms), mode


def _beds(kind: InstitutionKind, rng: Random) -> int:
    least, most = {
        InstitutionKind.WELFARE_HOME: (180, 420),
        InstitutionKind.TOWNSHIP_HOME: (24, 110),
        InstitutionKind.NURSING_HOME: (48, 260),
        InstitutionKind.APARTMENT: (30, 150),
        InstitutionKind.NURSING_CENTRE: (60, 220),
        InstitutionKind.COMMUNITY_CENTRE: (10, 40),
        InstitutionKind.OTHER: (20, 60),
    }[kind]
    return 2 * rng.randint(least // 2, most // 2)


def _address(county: County, town: str, kind: InstitutionKind, rng: Random) -> str:
    full = f"示例省{CITY_NAME}{county.name}{town}"
    if kind is InstitutionKind.TOWNSHIP_HOME and rng.random() < 0.6:
        return f"{full}{rng.choice(VILLAGES)}{rng.randint(1, 9)}组"
    gate = f"{rng.choice(ROADS)}{rng.randint(1, 380)}号"
    extra = rng.choice(("", "", "", f"{rng.randint(1, 6)}号楼", f"{rng.randint(1, 3)}-{rng.randint(4, 6)}层"))
    return f"{full}{gate}{extra}"


def _give_stories(city: City, rng: Random, stock: NameStock) -> None:
    written = {name for _, name, _ in WRITTEN_NAMES}
    free = [home for home in city.homes if home.name not in written]
    rng.shuffle(free)
    for story, count, kinds in _STORIES:
        for home in _take(free, kinds, count):
            home.story = story
    for home in city.of(Story.RENAMED):
        home.name_later = home.name
        home.name = _earlier_name(home, stock)
    for home in city.of(Story.NO_LEGAL_PERSON):
        home.mode = OperationMode.PUBLIC_PUBLIC
    for home in city.of(Story.MERGED, Story.CLOSED, Story.CONVERTED):
        home.heir = _heir(city, home)
    for home in city.of(Story.OWNER_LEAVES):
        _successor(city, rng, stock, home)


def _take(free: list[Home], kinds: Iterable[InstitutionKind], count: int) -> list[Home]:
    taken = [home for home in free if home.kind in tuple(kinds)][:count]
    for home in taken:
        free.remove(home)
    return taken


def _earlier_name(home: Home, stock: NameStock) -> str:
    if home.kind is InstitutionKind.TOWNSHIP_HOME:
        return f"{home.county.name}{home.township}五保供养服务中心"
    return stock.branded(home.county, home.kind)


def _heir(city: City, home: Home) -> Home:
    return next(
        other
        for other in city.homes
        if other.county is home.county
        and other.is_public == home.is_public
        and other.story is Story.STEADY
        and other.beds >= 60
        and other.heir is None
    )


def _successor(city: City, rng: Random, stock: NameStock, left: Home) -> None:
    came = _add(city, rng, left.county, left.township, stock.branded(left.county, left.kind), left.kind)
    came.address, came.beds, came.mode = left.address, left.beds, left.mode
    came.story, came.predecessor, left.heir = Story.OWNER_COMES, left, came
