"""A map of very many points loses none, moves none farther than it says, and runs nothing that a table holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from browser import open_offline
from malisec import frontend, maps, style
from malisec.maps import codec, points
from test_javascript import find_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from malisec.exhibit import Exhibit

CODEC = Path(codec.__file__).parent.parent / "assets" / "js" / "codec.js"
PAYLOADS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    "{{ 7*7 }}{% raw %}",
    "\u2028`+alert(1)+`",
)
HEBREW = "\u05e9\u05dc\u05d5\u05dd \u202eevil\u202c"
#: reads one JSON line after another and writes what the browser would draw
_READER = """
import {{ decode, degrees, texts }} from "{codec}";
import {{ createInterface }} from "node:readline";
for await (const line of createInterface({{ input: process.stdin }})) {{
  const data = JSON.parse(line), all = decode(data), label = texts(data.labels, data.n);
  const at = Array.from({{ length: data.n }}, (_, i) => degrees(data, all.x[i], all.y[i]));
  console.log(JSON.stringify({{ lon: at.map((d) => d.lon), lat: at.map((d) => d.lat), days: [...all.days], category: [...all.category],
    labels: at.map((_, i) => label(i)) }}));
}}
"""


@pytest.fixture(scope="module")
def read() -> Iterator[Callable[[dict[str, Any]], dict[str, Any]]]:
    """Decode what Python encoded with the script that decodes it in the page."""
    command = [find_node(), "--no-warnings", "--input-type=module", "-e", _READER.format(codec=CODEC.as_uri())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as node:
        assert node.stdin is not None
        assert node.stdout is not None

        def ask(data: dict[str, Any]) -> dict[str, Any]:
            node.stdin.write(json.dumps(data, allow_nan=False) + "\n")
            node.stdin.flush()
            return dict(json.loads(node.stdout.readline()))

        yield ask
        node.stdin.close()
        assert node.wait(timeout=30) == 0


def table(n: int = 3) -> pd.DataFrame:
    draw = np.random.default_rng(n)
    return pd.DataFrame(
        {
            "lon": draw.uniform(-8, 0, n),
            "lat": draw.uniform(12, 18, n),
            "date": pd.Timestamp("2012-01-01") + pd.to_timedelta(draw.integers(0, 5000, n), "D"),
            "type": draw.choice(["market", "school", "well"], n),
            "label": [f"point {k}" for k in range(n)],
        }
    )


def data_of(html: str) -> dict[str, Any]:
    """Return the data of the one map of a page."""
    (found,) = re.findall(r'<script type="application/json" id="[^"]+">(.*?)</script>', html, flags=re.DOTALL)
    return dict(json.loads(found))


# --- nothing is lost between the table and the page ---------------------------------------------------------------
_DAY = st.none() | st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2100-12-31").date())
_ROW = st.tuples(
    st.floats(-180, 180),
    st.floats(-codec.MAX_LAT, codec.MAX_LAT),
    _DAY,
    st.sampled_from([None, "a", "b", "ß"]),
    st.sampled_from([None, "", "x", "y</script>"]),
)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(_ROW, max_size=30))
def test_every_point_reaches_the_page_with_its_date_category_and_label(read: Callable[..., Any], rows: list[tuple[Any, ...]]):
    frame = pd.DataFrame(rows, columns=["lon", "lat", "date", "type", "label"]).astype({"date": "datetime64[s]"})
    data = points.payload(frame, date="date", category="type", label="label")
    got = read(data)
    bound = (180 * data["x"][1] + 1e-9, 180 * data["y"][1] + 1e-9)
    world = codec.mercator(frame["lon"].to_numpy("float64"), frame["lat"].to_numpy("float64"))
    back = codec.mercator(np.array(got["lon"], dtype="float64"), np.array(got["lat"], dtype="float64"))
    # rows of one place keep their order, so every row can be told where it went
    lines = [codec.Axis(*data[axis]).lines(values) for axis, values in zip("xy", world, strict=True)]
    order = np.argsort(codec.morton(*lines), kind="stable")
    for axis in (0, 1):
        assert np.abs(360 * (back[axis] - world[axis][order])).max(initial=0) <= bound[axis]
    days = [codec.UNKNOWN if d is None else (pd.Timestamp(d) - pd.Timestamp("1970-01-01")).days for *_, d, _, _ in rows]
    assert got["days"] == [days[i] for i in order]
    if rows:
        assert [data["names"][k] for k in got["category"]] == [rows[i][3] or points.NOT_GIVEN for i in order]
        assert got["labels"] == [rows[i][4] or "" for i in order]


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.integers(0, 2**32 - 1), max_size=50))
def test_every_number_of_32_bits_is_written_as_leb128_says(values: list[int]):
    def one(v: int) -> bytes:
        return bytes([v]) if v < 128 else bytes([v % 128 + 128]) + one(v // 128)

    assert codec.leb128(np.array(values, dtype=np.uint32)) == b"".join(map(one, values))


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 2**32), share=st.floats(0, 1))
def test_numbers_take_no_more_bytes_than_the_greatest_needs(count: int, share: float):
    import base64

    number = min(count - 1, int(share * count))
    written = codec.packed(np.array([number, count - 1]), count)
    raw = base64.b64decode(written["bytes"])
    assert len(raw) == 2 * written["width"]
    assert int.from_bytes(raw[: written["width"]], "little") == number
    assert written["width"] == 0 or count - 1 >= 256 ** (written["width"] - 1)


def test_points_of_one_place_keep_the_order_of_their_rows(read: Callable[..., Any]):
    frame = pd.DataFrame({"lon": [-4.0] * 300, "lat": [14.5] * 300, "label": [str(k) for k in range(300)]})
    assert read(points.payload(frame, label="label"))["labels"] == frame["label"].tolist()


def test_a_point_moves_no_farther_than_the_page_says(read: Callable[..., Any]):
    frame = table(2000)
    data = points.payload(frame)
    got = read(data)
    said = float(re.sub(r"\D", "", data["error"]))
    here, there = (np.radians(a) for a in (frame[["lat", "lon"]].to_numpy(), np.column_stack([got["lat"], got["lon"]])))
    half = np.sin((here[:, None] - there[None]) / 2) ** 2
    apart = 2 * 6371008.8 * np.arcsin(np.sqrt(half[..., 0] + np.cos(here[:, None, 0]) * np.cos(there[None, :, 0]) * half[..., 1]))
    assert apart.min(axis=1).max() <= said


def test_same_table_gives_the_same_bytes_in_every_process():
    script = (
        "import hashlib, malisec as ms, pandas as pd\n"
        "t = pd.DataFrame({'lon': [-4.0, -4.0, -5, None], 'lat': [14, 14, 15.5, 12], 'k': list('abca')})\n"
        "t['d'] = ['2020-01-01', None, '2021', None]\n"
        "m = ms.maps.many(t, 'Same', category='k', date='d', label='k')\n"
        "print(hashlib.sha256((m.page() + m.html()).encode()).hexdigest())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True)
        for seed in ("1", "4242")
    ]
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert len(said[0]) == 64
    assert said[0] == said[1]


def test_hundred_thousand_points_stay_below_a_megabyte():
    frame = table(100_000)
    page = maps.many(frame, "Many", date="date", category="type").body
    assert len(page.encode()) < 1_000_000


def test_two_maps_of_one_page_share_ids_only_if_they_show_the_same():
    def ids(frame: pd.DataFrame) -> set[str]:
        return set(re.findall(r'\bid="([^"]+)"', maps.many(frame, "Same", label="label").body))

    assert not ids(table()) & ids(table().assign(label="other"))


# --- what cannot be drawn is counted, never passed over -----------------------------------------------------------
def test_points_without_usable_coordinates_are_left_out_and_counted_by_reason():
    frame = pd.DataFrame(
        {"lon": [-4, None, np.inf, 181, -4, -4, "west"], "lat": [14.5, 14, 14, 14, -np.inf, 86, 14]},
        dtype=object,
    )
    shown = maps.many(frame, "Some")
    assert "One point." in shown.alt
    assert "Six points left out: 2 without coordinates, 2 with infinite coordinates and 2 with coordinates out of range." in shown.alt
    assert shown.twin["points"].sum() == 1


def test_unknown_dates_are_counted_and_their_points_drawn():
    frame = table(5).assign(date=[pd.NaT, pd.Timestamp("2020-03-01"), pd.NaT, pd.Timestamp("2021-03-01"), pd.Timestamp("2020-12-31")])
    shown = maps.many(frame, "Dates", date="date")
    assert "The date of two points is unknown." in shown.alt
    assert "1 March 2020 to 1 March 2021" in shown.alt
    assert shown.twin.to_dict("list") == {"year": ["2020", "2021", "unknown"], "points": [2, 1, 2]}


@pytest.mark.parametrize("empty", [[], [None, None]], ids=["no rows", "no coordinates"])
def test_table_without_a_point_gives_a_map_that_says_so(read: Callable[..., Any], empty: list[Any]):
    frame = pd.DataFrame({"lon": empty, "lat": empty, "date": pd.Series(empty, dtype="datetime64[s]"), "type": empty, "label": empty})
    shown = maps.many(frame, "Empty", date="date", category="type", label="label")
    data = data_of(shown.body)
    assert "No point can be drawn." in shown.alt
    assert read(data)["lon"] == []
    assert data["bounds"] == [[10.1, -12.3], [25.0, 4.3]]


@pytest.mark.parametrize("n", [1, 50])
def test_points_of_one_place_stay_at_it(read: Callable[..., Any], n: int):
    frame = pd.DataFrame({"lon": [-4.1960004] * n, "lat": [14.4973003] * n})
    got = read(points.payload(frame))
    assert got["lon"] == pytest.approx([-4.1960004] * n, abs=1e-9)
    assert got["lat"] == pytest.approx([14.4973003] * n, abs=1e-9)


def test_map_opens_on_mali_or_on_the_points_when_some_lie_elsewhere():
    inside = points.payload(table())
    outside = points.payload(pd.concat([table(), pd.DataFrame({"lon": [100.0], "lat": [-40.0]})]))
    assert inside["bounds"] == [[10.1, -12.3], [25.0, 4.3]]
    (south, west), (north, east) = outside["bounds"]
    assert (south, east) == (-40, 100)
    assert west < 0 < north
    assert outside["zoom"][0] == 0


def test_geometry_is_read_in_whatever_projection_it_is():
    frame = table()
    plain = points.payload(frame)
    shapes = gpd.GeoDataFrame(geometry=[*gpd.points_from_xy(frame["lon"], frame["lat"]), None], crs="EPSG:4326")
    data = points.payload(shapes.to_crs("EPSG:32630"))
    assert data["n"] == 3
    assert data["x"] == pytest.approx(plain["x"])
    with pytest.raises(ValueError, match="expected points, found Polygon"):
        points.payload(shapes.to_crs("EPSG:32630").assign(geometry=lambda g: g.geometry.buffer(10)))


# --- categories, dates and columns --------------------------------------------------------------------------------
def test_most_frequent_category_comes_first_and_rare_ones_share_one_key():
    frame = pd.DataFrame({"lon": 0.0, "lat": 14.0, "kind": [k for n in range(12) for k in [f"kind {n:02}"] * (20 - n)] + [None] * 40})
    data = points.payload(frame, category="kind")
    assert data["names"][:3] == [points.NOT_GIVEN, "kind 00", "kind 01"]
    assert [k["label"] for k in data["keys"]][:2] == ["kind 00", "kind 01"]
    assert data["keys"][-1]["label"] == "six other categories"
    assert sum(k["count"] for k in data["keys"]) == len(frame)
    assert sorted(n for k in data["keys"] for n in k["of"]) == list(range(13))
    assert len({k["colour"] for k in data["keys"]}) == len(data["keys"])


def test_event_types_keep_the_colours_and_names_that_they_have_on_every_map():
    data = points.payload(pd.DataFrame({"lon": 0.0, "lat": 14.0, "kind": ["ied", "ambush", "ied", None]}), category="kind")
    assert [(k["label"], k["colour"]) for k in data["keys"][:2]] == [style.EVENT_TYPES["ied"][:2], style.EVENT_TYPES["ambush"][:2]]


def test_as_many_categories_as_a_byte_holds_are_drawn_and_one_more_is_refused(read: Callable[..., Any]):
    frame = pd.DataFrame({"lon": np.linspace(-8, 0, 255), "lat": 14.0, "kind": range(255)})
    data = points.payload(frame, category="kind")
    assert sorted(data["names"][k] for k in read(data)["category"]) == sorted(map(str, range(255)))
    with pytest.raises(ValueError, match="at most 255 different values in 'kind', found 256"):
        points.payload(pd.concat([frame, frame.head(1).assign(kind="more")]), category="kind")


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        (pd.Series(["2025-07-01T23:59:59"]), 20270),
        (pd.Series(pd.to_datetime(["2025-07-01 23:30"]).tz_localize("Africa/Bamako")), 20270),
        (pd.Series(pd.to_datetime(["1969-12-31 23:00"])), -1),
        (pd.Series(["0001-01-01"]), -719162),
    ],
)
def test_dates_of_any_kind_become_the_day_that_was_meant(read: Callable[..., Any], dates: pd.Series, day: int):
    assert read(points.payload(pd.DataFrame({"lon": [0.0], "lat": [14.0], "date": dates}), date="date"))["days"] == [day]


@pytest.mark.parametrize(("dates", "said"), [([20250701], "numbers"), (["last year"], "last year")])
def test_what_is_no_date_is_refused_with_what_was_found(dates: list[Any], said: str):
    with pytest.raises(ValueError, match=f"date: .*{said}"):
        points.payload(pd.DataFrame({"lon": [0.0], "lat": [14.0], "date": dates}), date="date")


@pytest.mark.parametrize("what", ["lon", "lat", "date", "category", "label"])
def test_column_that_is_not_there_is_named_with_those_that_are(what: str):
    with pytest.raises(ValueError, match=rf"{what}: no column 'wrong'; the table has lon, lat"):
        maps.many(table(), "x", **{what: "wrong"})


def test_what_is_no_table_is_refused():
    with pytest.raises(TypeError, match="expected a DataFrame, found list"):
        maps.many([(1, 2)], "x")  # type: ignore[arg-type]


def test_halves_of_characters_do_not_stop_the_page_from_being_written(tmp_path: Path):
    maps.save(
        maps.many(table().assign(label=pd.Series(["\ud800 cut"] * 3, dtype="object")), "Half", label="label"), str(tmp_path / "x.html")
    )
    assert "? cut" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_labels_that_repeat_are_written_once():
    data = points.payload(table(1000).assign(label="the same words"), label="label")
    assert data["labels"] == {"texts": ["the same words"], "index": {"width": 0, "bytes": ""}}


# --- in the browser -----------------------------------------------------------------------------------------------
def whole_page(shown: Exhibit, folder: Path) -> Path:
    """Write an exhibit as a report would hold it."""
    target = folder / "points.html"
    target.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>points</title><style>{frontend.styles()}</style><script>{frontend.script()}</script>"
        f'<main class="ms-main"><h1>Points</h1>{shown.html()}</main>',
        encoding="utf-8",
    )
    return target


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_points_are_drawn_hidden_and_opened_without_a_network(browser: Browser, tmp_path: Path, width: int):
    frame = pd.concat(
        [table(40), pd.DataFrame({"lon": [-4.0] * 3, "lat": [15.0] * 3, "label": ["first", "second", "third"], "type": "inn"})]
    )
    opened = open_offline(browser, whole_page(maps.many(frame, "P", date="date", category="type", label="label"), tmp_path), width=width)
    page, box = opened.page, opened.page.locator(".leaflet-container")
    assert box.get_attribute("data-ready") == "yes"
    assert box.get_attribute("data-count") == "43"
    page.get_by_text("43 of 43 points in view.").wait_for()
    # only the three of one place stay
    for name in ("market", "school", "well"):
        key = page.get_by_role("button", name=name)
        key.click()
        assert key.get_attribute("aria-pressed") == "false"
    assert box.get_attribute("data-count") == "3"
    box.focus()
    page.keyboard.press("Enter")
    page.locator(".ms-pointlabel", has_text="first").wait_for()
    page.get_by_text("1 of 3 at this place").wait_for()
    page.get_by_role("button", name="Next point").click()
    page.locator(".ms-pointlabel", has_text="second").wait_for()
    page.get_by_text("date unknown").wait_for()
    page.get_by_text("15.000").wait_for()
    # a popup of a point that is hidden does not stay
    page.get_by_role("button", name="inn").click()
    assert page.locator(".leaflet-popup").count() == 0 or page.locator(".leaflet-popup").first.evaluate("e => e.style.opacity") == "0"
    assert box.get_attribute("data-count") == "0"
    assert opened.width_of_content() <= width
    assert opened.axe() == []
    assert opened.faults() == []
    opened.close()


@pytest.mark.browser
def test_press_within_reach_opens_the_point_and_one_beyond_opens_nothing(browser: Browser, tmp_path: Path):
    frame = pd.DataFrame({"lon": [-4.0], "lat": [17.5], "label": ["here"]})
    opened = open_offline(browser, whole_page(maps.many(frame, "One", label="label"), tmp_path))
    page = opened.page
    x, y = page.locator("canvas").evaluate(
        """c => { const seen = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        const at = seen.findIndex((v, k) => k % 4 === 3 && v);
        const b = c.getBoundingClientRect(), p = (at - 3) / 4; return [b.x + p % c.width, b.y + Math.floor(p / c.width) + 6]; }"""
    )
    page.mouse.click(x + 40, y)
    assert page.locator(".leaflet-popup").count() == 0
    page.mouse.click(x + 8, y)
    page.get_by_text("here", exact=True).wait_for()
    assert opened.faults() == []
    opened.close()


@pytest.mark.browser
def test_very_many_points_are_drawn_and_a_span_of_days_leaves_the_rest_out(browser: Browser, tmp_path: Path):
    frame = table(30_000)
    frame.loc[:99, "date"] = pd.NaT
    target = tmp_path / "many.html"
    maps.save(maps.many(frame, "Many", date="date", category="type"), str(target))
    opened = open_offline(browser, target)
    page, box = opened.page, opened.page.locator(".leaflet-container")
    assert box.get_attribute("data-count") == "30000"
    layer = "Object.entries(window).find(([name, v]) => name.startsWith('points_') && v.show)[1]"
    known = frame["date"].dropna()
    first, last = (int(d) for d in known.quantile([0.25, 0.75]).to_numpy().astype("datetime64[D]").astype(int))
    day = known.to_numpy().astype("datetime64[D]").astype(int)
    page.evaluate(f"{layer}.show({{ from: {first}, to: {last} }})")
    assert box.get_attribute("data-count") == str(((day >= first) & (day <= last)).sum())
    page.evaluate(f"{layer}.show({{ from: null, to: null }})")
    assert box.get_attribute("data-count") == "30000"
    assert page.evaluate(f"{layer}.days.length") == 30000
    assert page.evaluate(f"{layer}.days.filter(d => d === -(2 ** 31)).length") == 100
    # the canvas holds colours, not only numbers
    drawn = page.locator("canvas").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((n, v, k) => n + (k % 4 === 3 && v > 0), 0)"
    )
    assert drawn > 5000
    assert opened.faults() == []
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("text", [*PAYLOADS, HEBREW])
def test_text_of_a_table_is_shown_and_never_run(browser: Browser, tmp_path: Path, text: str):
    frame = table(4).assign(label=text, type=text)
    shown = maps.many(frame, text, category="type", label="label", source=text)
    for target in (whole_page(shown, tmp_path), tmp_path / "alone.html"):
        if target.stem == "alone":
            maps.save(shown, str(target))
        opened = open_offline(browser, target)
        opened.page.locator(".leaflet-container").focus()
        opened.page.keyboard.press("Enter")
        label = opened.page.locator(".ms-pointlabel")
        label.wait_for()
        assert label.text_content() == text
        assert opened.page.locator(".leaflet-popup img, .ms-legend img, .leaflet-popup script").count() == 0
        assert opened.faults() == []
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"lon": [], "lat": []}),
        pd.DataFrame({"lon": [-4.0], "lat": [14.5]}),
        pd.DataFrame({"lon": [-4.0] * 6000, "lat": [14.5] * 6000}),
        pd.DataFrame({"lon": [-180.0, 180.0], "lat": [-codec.MAX_LAT, codec.MAX_LAT]}),
        pd.DataFrame({"lon": [np.nan, np.inf, 500.0, 2.35], "lat": [1.0, 1.0, 1.0, 48.86]}),
    ],
    ids=["empty", "one", "one place", "the whole world", "Paris"],
)
def test_map_of_odd_points_opens_with_all_of_them_in_view(browser: Browser, tmp_path: Path, frame: pd.DataFrame):
    shown = maps.many(frame, "Odd")
    opened = open_offline(browser, whole_page(shown, tmp_path), width=390)
    drawn = data_of(shown.body)["n"]
    assert opened.page.locator(".leaflet-container").get_attribute("data-count") == str(drawn)
    assert opened.width_of_content() <= 390
    assert opened.faults() == []
    opened.close()
