"""A file is what its content says, and is called so that nobody takes it for something else."""

import pytest

from services.kernel.contracts.files import MediaType, TextNotReadable, UnsupportedFileType
from services.kernel.files.kinds import HEAD, LONGEST_NAME, check_text, clean_name, is_whole_pdf, told_from

PDF, JPEG, PNG = MediaType.PDF, MediaType.JPEG, MediaType.PNG


class TestType:
    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"%PDF-1.7\n", PDF),
            (b"%PDF-2.0", PDF),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", JPEG),
            (b"\x89PNG\r\n\x1a\n\x00", PNG),
            (b"#!/bin/sh\n", None),
            (b"<html><script>", None),
            (b"GIF89a", None),
            (b"PK\x03\x04", None),
            (b"MZ\x90", None),
            (b" %PDF-1.7", None),
            (b"%PDF-", None),
            (b"\x89PNG\n\x1a\n\x00\x00", None),
            (b"", None),
        ],
        ids=repr,
    )
    def test_it_is_told_from_the_first_bytes(self, head: bytes, kind: MediaType | None) -> None:
        assert told_from(head[:HEAD]) == kind


class TestPdf:
    END = b"trailer<</Root 1 0 R>>\nstartxref\n1234\n%%EOF"

    @pytest.mark.parametrize("after", [b"", b"\n", b"\r\n", b"\n" * 20])
    def test_one_that_ends_as_it_should_is_whole(self, after: bytes) -> None:
        assert is_whole_pdf(self.END + after, size=2000)

    @pytest.mark.parametrize("lost", [1, 5, 6, 20, len(END)])
    def test_one_that_was_cut_off_is_not(self, lost: int) -> None:
        assert not is_whole_pdf(self.END[:-lost], size=2000)

    def test_nor_one_whose_table_lies_outside_of_it(self) -> None:
        assert not is_whole_pdf(self.END, size=1234)

    def test_nor_the_beginning_of_one_that_was_made_for_the_web(self) -> None:
        """Its first part ends like a whole one, but with a table at 0."""
        assert not is_whole_pdf(b"startxref\n0\n%%EOF\n", size=2000)


class TestName:
    @pytest.mark.parametrize(
        ("given", "kind", "name"),
        [
            ("Intyg från skolan.pdf", PDF, "Intyg från skolan.pdf"),
            ("FOTO.JPG", JPEG, "FOTO.JPG"),
            ("foto.jpeg", JPEG, "foto.jpeg"),
            ("foto.jpg", PNG, "foto.jpg.png"),
            ("run.exe", PDF, "run.exe.pdf"),
            ("../../etc/passwd", PNG, "passwd.png"),
            ("C:\\Users\\Anna\\intyg.pdf", PDF, "intyg.pdf"),
            ("a\x00b\r\nc\x7f.pdf", PDF, "abc.pdf"),
            ("gpj\u202efdp.exe", PDF, "gpjfdp.exe.pdf"),
            ("  two   words .pdf", PDF, "two words.pdf"),
            ("fo\u0308retag.pdf", PDF, "företag.pdf"),
            (".pdf", PDF, "pdf.pdf"),
            ("...", PDF, "file.pdf"),
            ("", JPEG, "file.jpg"),
            (None, PNG, "file.png"),
            ("folder/", PNG, "file.png"),
            ("\ud800.pdf", PDF, "pdf.pdf"),
        ],
    )
    def test_it_is_cleaned(self, given: str | None, kind: MediaType, name: str) -> None:
        assert clean_name(given, kind) == name

    @pytest.mark.parametrize("given", ["å" * 300, "å" * 300 + ".pdf", "å" * 197 + ".pdf"])
    def test_it_is_short_enough_and_keeps_its_ending(self, given: str) -> None:
        assert clean_name(given, PDF) == "å" * (LONGEST_NAME - 4) + ".pdf"


class TestText:
    """A text begins like nothing else: all of it is looked at."""

    @pytest.mark.parametrize("cut", [1, 3, 100])
    @pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
    def test_it_may_be_cut_anywhere(self, charset: str, cut: int) -> None:
        content = "namn;ort\r\nÅsa;Örebro\t\n".encode(charset)
        pieces = [content[place : place + cut] for place in range(0, len(content), cut)]
        check_text(pieces, charset)
        with pytest.raises(UnsupportedFileType):
            check_text([*pieces, b"\x00"], charset)

    @pytest.mark.parametrize("content", ["Örebro".encode("windows-1252"), "Örebro".encode()[:1], "ö".encode("utf-16")])
    def test_another_character_set_is_said(self, content: bytes) -> None:
        with pytest.raises(TextNotReadable):
            check_text([content], "utf-8")

    @pytest.mark.parametrize("content", [b"PK\x03\x04", b"a\x00b", b"\x1b[31m", b"a\x7f"])
    @pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
    def test_what_is_no_text_is_refused(self, content: bytes, charset: str) -> None:
        with pytest.raises(UnsupportedFileType):
            check_text([b"a;b\n", content], charset)
