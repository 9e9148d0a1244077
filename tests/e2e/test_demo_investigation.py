"""The demo's investigations, played through the gateway: a remark, a refusal, a concern, an approval that ends."""

from io import StringIO

from rich.console import Console

from deploy.cli import demo_investigation
from deploy.cli.platform import Platform


def test_what_does_not_go_as_everybody_hoped_is_told(platform: Platform) -> None:
    written = StringIO()
    numbers = demo_investigation.play(platform, Console(file=written, width=200))
    text = " ".join(written.getvalue().split())
    assert "Its last day has passed: the approval is expired" in text
    assert "Ida assesses it; nothing else of it is written down." in text
    assert "Another person looks into it: the approval is suspended" in text
    assert "After four visits it is valid again" in text
    assert "it is refused, and told why at a meeting" in text
    assert len(numbers) == 3
    for number in numbers:
        assert number not in text
