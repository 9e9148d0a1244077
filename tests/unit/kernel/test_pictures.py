"""A picture comes out as its pixels and nothing else, or not at all, and takes little memory whatever it says."""

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from services.kernel.contracts.files import FileBroken, FilesBusy, MediaType, PictureTooLarge
from services.kernel.files import picture_process, pictures
from services.kernel.files.picture_process import is_whole_jpeg, is_whole_png
from tests.unit.kernel.pictures import GPS, SECRET, a_bomb, a_drawing, a_photo, halves

JPEG, PNG = MediaType.JPEG, MediaType.PNG


def clean(source: bytes, kind: MediaType) -> bytes:
    """By the process that does it."""
    return b"".join(pictures.cleaned([source[:100], source[100:]], kind, size=len(source)))


def remade(source: bytes, kind: MediaType) -> bytes:
    """By the same program in this process, for there are many cases."""
    out = io.BytesIO()
    picture_process.remake(source, pictures.FORMATS[kind], memory=pictures.MEMORY, into=out)
    return out.getvalue()


def picture(raw: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(raw))
    found.load()
    return found


class TestCleaning:
    @pytest.mark.parametrize(("source", "kind"), [(a_photo(), JPEG), (a_drawing(), PNG)], ids=["photo", "drawing"])
    def test_nothing_but_the_pixels_is_left(self, source: bytes, kind: MediaType) -> None:
        before, raw = picture(source), clean(source, kind)
        after = picture(raw)
        assert before.getexif()
        assert (after.format, after.size, after.mode) == (before.format, before.size, before.mode)
        assert not after.getexif()
        assert not after.getexif().get_ifd(GPS)
        assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert SECRET.encode() not in raw

    def test_what_a_camera_puts_behind_a_photo_goes_too(self) -> None:
        raw = remade(a_photo() + b"MotionPhoto" + SECRET.encode(), JPEG)
        assert SECRET.encode() not in raw
        assert picture(raw).size == (60, 40)

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize(("make", "kind"), [(a_photo, JPEG), (a_drawing, PNG)], ids=["photo", "drawing"])
    def test_it_stands_upright(self, orientation: int, make: type, kind: MediaType) -> None:
        """What the camera saw: red to the left. It lies in the file as the camera was held."""
        inverse = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(
            orientation, picture_process._TURNS.get(orientation)
        )
        seen = halves(60, 40)
        held = seen if inverse is None else seen.transpose(inverse)
        exif = Image.Exif()
        exif[0x0112] = orientation
        out = io.BytesIO()
        held.save(out, "JPEG" if kind is JPEG else "PNG", exif=exif)
        after = picture(remade(out.getvalue(), kind))
        assert after.size == (60, 40)
        left, right = after.getpixel((5, 20)), after.getpixel((55, 20))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert (left[0] > 200, left[2] < 60) == (True, True)
        assert (right[0] < 60, right[2] > 200) == (True, True)

    @pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
    def test_a_photo_of_any_colours_can_be_shown(self, mode: str) -> None:
        assert picture(remade(a_photo(mode=mode), JPEG)).mode == ("RGB" if mode == "CMYK" else mode)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_a_drawing_keeps_its_colours(self, mode: str) -> None:
        out = io.BytesIO()
        (Image.new(mode, (60, 40), 1000) if mode == "I;16" else halves(60, 40).convert(mode)).save(out, "PNG")
        before, after = picture(out.getvalue()), picture(remade(out.getvalue(), PNG))
        assert after.mode == before.mode
        assert after.tobytes() == before.tobytes()

    def test_what_is_seen_through_stays_so(self) -> None:
        out = io.BytesIO()
        halves(60, 40).quantize(4).save(out, "PNG", transparency=0)
        before, after = picture(out.getvalue()), picture(remade(out.getvalue(), PNG))
        assert after.info.keys() == {"transparency"}
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()

    def test_a_broken_profile_is_no_reason_to_refuse(self) -> None:
        assert "icc_profile" not in picture(remade(a_photo(icc_profile=b"nonsense"), JPEG)).info

    def test_colours_of_another_profile_are_made_srgb(self) -> None:
        source = a_photo(icc_profile=_swapped_profile())
        red = picture(remade(source, JPEG)).getpixel((5, 20))
        assert isinstance(red, tuple)
        assert red[2] > red[0], "in this profile what is written as red is seen as blue"


class TestBroken:
    @pytest.mark.parametrize("lost", [1, 2, 3, 50, 300])
    def test_a_photo_that_was_cut_off(self, lost: int) -> None:
        with pytest.raises(picture_process.NotWhole):
            remade(a_photo()[:-lost], JPEG)

    @pytest.mark.parametrize("lost", [1, 4, 12, 13, 60])
    def test_a_drawing_that_was_cut_off(self, lost: int) -> None:
        with pytest.raises(picture_process.NotWhole):
            remade(a_drawing()[:-lost], PNG)

    @pytest.mark.parametrize(
        ("source", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>" * 10, PNG),
            (b"\xff\xd8\xff#!/bin/sh\n" * 10, JPEG),
            (b"\xff\xd8\xff\xd9", JPEG),
            (a_drawing(), JPEG),
            (a_photo(), PNG),
            (b"", PNG),
        ],
        ids=["script as png", "script as jpeg", "nothing as jpeg", "png as jpeg", "jpeg as png", "nothing"],
    )
    def test_what_is_no_picture_at_all(self, source: bytes, kind: MediaType) -> None:
        with pytest.raises(FileBroken):
            clean(source, kind)

    def test_a_drawing_with_a_changed_byte(self) -> None:
        source = bytearray(a_drawing())
        source[-20] ^= 1
        with pytest.raises(FileBroken):
            clean(bytes(source), PNG)

    def test_a_process_that_dies_is_a_broken_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "WORKING", 0.0)
        with pytest.raises(FileBroken):
            clean(a_photo(), JPEG)


class TestWhole:
    def test_a_photo_ends_with_its_own_end_and_not_with_its_thumbnails(self) -> None:
        photo = a_photo()
        assert is_whole_jpeg(photo)
        assert is_whole_jpeg(photo + b"behind it")
        inside = b"\xff\xe1" + (2 + len(photo)).to_bytes(2, "big") + photo
        assert not is_whole_jpeg(photo[:2] + inside + photo[2:-2])

    @pytest.mark.parametrize("save", [{"progressive": True}, {"restart_marker_blocks": 1}, {"subsampling": 0}])
    def test_a_photo_of_any_kind_is_known_to_be_whole(self, save: dict[str, int]) -> None:
        photo = a_photo(200, 200, **save)
        assert is_whole_jpeg(photo)
        assert not is_whole_jpeg(photo[:-2])

    def test_a_drawing_ends_with_its_last_chunk(self) -> None:
        assert is_whole_png(a_drawing())
        assert is_whole_png(a_drawing() + b"behind it")
        assert not is_whole_png(a_drawing()[:-12])


class TestMemory:
    def test_a_bomb_is_refused_before_it_is_decoded(self) -> None:
        with pytest.raises(PictureTooLarge):
            clean(a_bomb(50_000, 50_000), PNG)

    def test_a_drawing_that_is_too_large_is_refused(self) -> None:
        with pytest.raises(PictureTooLarge):
            clean(a_drawing(5000, 4000), PNG)

    @pytest.mark.parametrize(
        ("orientation", "before", "after"),
        [
            (1, (4000, 3000), (4000, 3000)),
            (6, (4000, 3000), (1500, 2000)),
            (6, (3264, 2448), (2448, 3264)),
            (1, (8000, 6000), (4000, 3000)),
        ],
    )
    def test_a_photo_that_is_too_large_is_made_smaller(
        self, orientation: int, before: tuple[int, int], after: tuple[int, int]
    ) -> None:
        assert picture(remade(a_photo(*before, orientation=orientation), JPEG)).size == after

    def test_a_progressive_photo_counts_what_its_decoder_needs(self) -> None:
        assert picture(remade(a_photo(4000, 3000, progressive=True), JPEG)).size == (2000, 1500)

    @pytest.mark.parametrize(
        ("make", "kind"),
        [
            (lambda: a_photo(4000, 3000), "JPEG"),
            (lambda: a_photo(3264, 2448, orientation=6), "JPEG"),
            (lambda: a_photo(8000, 6000), "JPEG"),
            (lambda: a_photo(4000, 3000, progressive=True), "JPEG"),
            (lambda: a_drawing(3840, 2160, mode="RGBA"), "PNG"),
        ],
        ids=["photo", "turned", "huge", "progressive", "drawing"],
    )
    def test_the_largest_that_are_taken_need_no_more_than_they_may(self, make: Callable[[], bytes], kind: str) -> None:
        source = make()
        measured = (
            "import runpy, sys\n"
            "try: runpy.run_path(sys.argv.pop(1), run_name='__main__')\n"
            "except SystemExit as ended: assert ended.code == 0\n"
            "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)"
        )
        command = [sys.executable, "-I", "-c", measured, pictures.PROGRAM, kind, str(len(source)), str(pictures.MEMORY)]
        done = subprocess.run(command, input=source, capture_output=True, check=True)
        assert int(done.stderr) * 1024 < pictures.MEMORY + 22 * 1024 * 1024  # the program itself is 17 of it

    def test_they_are_worked_on_one_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pictures, "WAITING", 0.05)
        source = a_photo()
        with closing(pictures.cleaned([source], JPEG, size=len(source))) as first:
            next(first)
            with pytest.raises(FilesBusy):
                clean(source, JPEG)
        assert clean(source, JPEG)

    def test_one_that_is_given_up_lets_the_next_begin(self) -> None:
        def content() -> Iterator[bytes]:
            yield a_photo()[:10]
            raise KeyError

        with pytest.raises(KeyError), closing(pictures.cleaned(content(), JPEG, size=100)) as given_up:
            next(given_up)
        assert not pictures._alone.locked()
        assert threading.active_count() < 20


class TestProcess:
    def test_its_words_are_understood(self) -> None:
        assert pictures.TOO_LARGE == picture_process.TOO_LARGE

    def test_it_knows_nothing_of_the_process_that_started_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEMVIST_WIRE_KEYS", "secret")
        with pictures._working("JPEG", 1) as process:
            assert Path(f"/proc/{process.pid}/environ").read_bytes() == b""


def _swapped_profile() -> bytes:
    """sRGB with its red and blue exchanged."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for place in range(128 + 4, 128 + 4 + 12 * int.from_bytes(raw[128:132], "big"), 12):
        tag = bytes(raw[place : place + 4])
        raw[place : place + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(tag, tag)
    return bytes(raw)
