"""Documents: accessible, the same each time, of whatever people write; and nothing that they write is code."""

import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from structlog.testing import capture_logs

import services
from deploy import fonts
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.files import documents
from services.kernel.files.documents import DocumentFailed, Frame, typeset
from tests.pdfs import words_of

TEMPLATES = Path(__file__).parent / "templates"
FRAME = Frame(municipality="Örebro kommun", title="Utredning", reference="Utredning 17", dated=date(2026, 5, 2))


@dataclass(frozen=True)
class Probe:
    name: str = "Åsa Öberg"
    number: int = 2
    text: str = "Ett lugnt hem."
    rows: tuple[tuple[str, date | None], ...] = (("Åsa", date(2026, 5, 1)), ("Bo", None))


def make(**values: Any) -> bytes:
    return typeset(TEMPLATES / "probe.typ", FRAME, replace(Probe(), **values))


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf))


def fonts_of(pdf: bytes) -> list[str]:
    return [font.get_object()["/BaseFont"] for page in read(pdf).pages for font in page["/Resources"]["/Font"].values()]


def tags(pdf: bytes) -> list[Any]:
    """The structure elements in the order in which they are read aloud."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, dict) and "/S" in node:
            found.append(node)
            walk(node.get("/K", []))

    walk(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


class TestAccessible:
    @pytest.fixture
    def pdf(self) -> bytes:
        return make()

    def test_it_is_tagged_swedish_and_shows_its_title(self, pdf: bytes) -> None:
        root = read(pdf).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] == pypdf.generic.BooleanObject(True)
        assert root["/Lang"] == "sv-SE"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"] == pypdf.generic.BooleanObject(True)

    def test_it_says_that_it_is_pdf_ua(self, pdf: bytes) -> None:
        said = read(pdf).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in said
        assert '<rdf:li xml:lang="x-default">Utredning</rdf:li>' in said

    def test_title_headings_lists_and_paragraphs_are_told_apart_in_order(self, pdf: bytes) -> None:
        kinds = [tag["/S"] for tag in tags(pdf)]
        headings = [(tag["/S"], tag["/T"]) for tag in tags(pdf) if re.fullmatch("/H[1-6]", tag["/S"])]
        assert headings == [("/H1", "Hushållet"), ("/H2", "Kontroller"), ("/H1", "Beslut")]
        assert kinds.index("/Title") < kinds.index("/H1")
        # Case and day, then the template's three.
        assert (kinds.count("/L"), kinds.count("/LI"), kinds.count("/Lbl"), kinds.count("/LBody")) == (2, 5, 5, 5)

    def test_a_table_has_a_header_row_for_its_columns(self, pdf: bytes) -> None:
        heads = [tag for tag in tags(pdf) if tag["/S"] == "/TH"]
        assert [head["/A"][0]["/Scope"] for head in heads] == ["/Column", "/Column"]
        assert [tag["/S"] for tag in tags(pdf)].count("/TR") == 3

    def test_a_heading_that_skips_a_level_is_refused(self) -> None:
        with pytest.raises(DocumentFailed, match=r"skipping\.typ:4:"):
            typeset(TEMPLATES / "skipping.typ", FRAME, Probe())


class TestSame:
    def test_the_same_input_gives_the_same_bytes(self) -> None:
        assert make() == make()

    def test_other_input_gives_others(self) -> None:
        assert make() != make(number=3)

    def test_its_day_is_the_data_s(self) -> None:
        assert read(make()).metadata.creation_date.date() == date(2026, 5, 1)  # midnight in Sweden, recorded in UTC

    def test_case_municipality_and_pages_stand_on_every_page(self) -> None:
        pages = read(make(text="Ett stycke.\n\n" * 200)).pages
        assert len(pages) > 2
        for number, page in enumerate(pages, 1):
            said = page.extract_text()
            assert f"Sida {number} av {len(pages)}" in said
            assert "Örebro kommun" in said
            assert "Utredning 17" in said


class TestWhatPeopleWrite:
    @pytest.mark.parametrize(
        "text",
        [
            "ÅÄÖ åäö é ü Łukasz Żółć Đặng Ștefan Ağaoğlu",
            "Кирилл Ἀλέξανδρος",
            '#strong[x] #panic() $x^2$ `raw` @name <label> *bold* _slanted_ \\ // /* */ {1+1} [x] "q" -- ... ~',
            "= No heading",
            "- no list",
        ],
    )
    def test_it_is_shown_as_it_is(self, text: str) -> None:
        pdf = make(text=text, name=text, rows=((text, None),))
        assert words_of(pdf).count(text) == 3
        assert [tag["/S"] for tag in tags(pdf)].count("/H1") == 2

    def test_lines_and_paragraphs_stay(self) -> None:
        kinds = [tag["/S"] for tag in tags(make(text="One\ntwo\r\nthree\r\n\r\nFour\u2029five\n \n\n\nSix"))]
        before = [tag["/S"] for tag in tags(make(text="One"))]
        assert kinds.count("/P") == before.count("/P") + 2

    @pytest.mark.parametrize("text", ["", "\n\n \t\n"])
    def test_nothing_is_no_reason_to_fail(self, text: str) -> None:
        assert "Ej antecknat" in words_of(make(text=text, name=text, rows=()))

    def test_composed_or_not_a_letter_is_one(self) -> None:
        assert "Öberg" in words_of(make(text="O\u0308berg", name="x"))

    def test_what_is_no_sign_is_replaced(self) -> None:
        signs = ["\0", "\x1b", "\x7f", "\ud800", "\uffff", "\ufdd0", "\U0010ffff"]
        assert "a\ufffdb" * 7 in words_of(make(text="".join(f"a{sign}b" for sign in signs)))

    def test_what_turns_a_line_or_hides_in_it_is_dropped(self) -> None:
        signs = ["\u202e", "\u2066", "\U000e0041"]
        assert "a(b" * 3 in words_of(make(text="".join(f"a{sign}(b" for sign in signs)))

    def test_signs_without_a_letterform_are_a_box_and_can_be_copied(self) -> None:
        pdf = make(text="王小 😀")
        assert any("HemvistMissing" in font for font in fonts_of(pdf))
        assert not any("HemvistMissing" in font for font in fonts_of(make()))
        # One glyph can stand for one sign only; what is to be said for the others stands beside them.
        said = b"".join(page.get_contents().get_data() for page in read(pdf).pages)
        assert "王" in words_of(pdf)
        for sign in "小😀":
            assert f"/ActualText<FEFF{sign.encode('utf-16-be').hex().upper()}>".encode() in said

    def test_no_sign_of_unicode_makes_it_fail(self) -> None:
        signs = "".join(map(chr, range(0, 0x110000, 31)))
        assert len(read(make(text=signs, rows=((signs[:500], None),))).pages) > 10

    def test_ten_thousand_letters_without_a_space_stay_on_the_pages(self) -> None:
        pdf = make(text="x" * 10_000, name="y" * 300, rows=(("z" * 300, None),))
        lines = "\n".join(page.extract_text() for page in read(pdf).pages).splitlines()
        assert max(map(len, lines)) < 130
        assert [sum(line.count(letter) for line in lines) for letter in "xyz"] == [10_000, 300, 300]

    def test_ten_thousand_lines_are_set_in_time(self) -> None:
        assert len(read(make(text="a\n\n" * 3_333)).pages) > 50


class TestLimits:
    def test_a_failing_template_says_where_and_not_with_what(self) -> None:
        with capture_logs() as lines, pytest.raises(DocumentFailed) as failure:
            typeset(TEMPLATES / "quoting.typ", FRAME, Probe(text="Anna Andersson"))
        assert "quoting.typ:2:" in str(failure.value)
        assert [(line["event"], line["code"]) for line in lines] == [("document_failed", 1)]
        assert "quoting.typ:2:" in lines[0]["places"][0]
        assert "Anna" not in f"{lines}{failure.value}{failure.value.__cause__}{failure.value.__context__}"

    def test_an_endless_template_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "_SECONDS", 1)
        with pytest.raises(DocumentFailed, match="-14"):  # SIGALRM
            typeset(TEMPLATES / "endless.typ", FRAME, Probe())

    def test_a_greedy_template_ends_without_this_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "_MEMORY", 400 << 20)
        with pytest.raises(DocumentFailed, match="-6"):  # SIGABRT
            typeset(TEMPLATES / "greedy.typ", FRAME, Probe())

    def test_who_waits_too_long_for_a_turn_is_told_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "_PATIENCE", 0.01)
        with documents._one_at_a_time, pytest.raises(ServiceUnavailable):
            make()
        assert make().startswith(b"%PDF-1.7")

    def test_a_service_answers_others_while_a_document_is_set(self) -> None:
        script = """
            import warnings

            warnings.simplefilter("ignore")  # eventlet's own
            import eventlet

            eventlet.monkey_patch()
            from tests.unit.kernel.test_documents import make

            steps = []

            def step():
                while True:
                    steps.append(None)
                    eventlet.sleep()  # no pause: the others' turn

            eventlet.spawn(step)
            made = [eventlet.spawn(make) for _ in range(3)]
            same = {thread.wait() for thread in made}
            print(len(same), len(steps) > 30)
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)],
            capture_output=True,
            text=True,
            check=False,
            cwd=TEMPLATES.parents[3],
        )
        assert done.stdout.split() == ["1", "True"], done.stderr


def trouble_in(template: str) -> list[str]:
    """What a template may not do: load a package, a plugin or a file, make source of data, or leave the house."""
    found = re.findall(r"@\w+|\b(?:eval|plugin|read|json|csv|yaml|toml|xml|include)\b", template)
    imports = re.findall(r'#import "([^"]*)"', template)
    return found + [name for name in imports if name != "/services/kernel/files/house.typ"]


class TestTemplates:
    TEMPLATES = tuple(path for path in Path(*services.__path__).rglob("*.typ") if path.name != "house.typ")

    @pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
    def test_a_template_stands_in_the_house_and_runs_nothing(self, template: Path) -> None:
        source = template.read_text()
        assert trouble_in(source) == []
        assert "#show: house" in source

    @pytest.mark.parametrize(
        "source", ['#import "@preview/cetz:0.3.4"', "#eval(content.text)", '#include "/deploy/x"', '#import "x.typ"']
    )
    def test_what_a_template_may_not_do_is_found(self, source: str) -> None:
        assert trouble_in(source)

    def test_typst_and_its_fonts_are_not_loaded_by_who_makes_no_document(self) -> None:
        said = "import sys, services.kernel.files.documents; print('typst' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"

    def test_the_font_of_missing_signs_is_the_one_that_is_made(self) -> None:
        assert fonts.MISSING.read_bytes() == fonts.missing()
