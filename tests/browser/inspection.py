"""What a page has to be for everybody: what axe sees, and what it cannot see.

Each function takes a page that is open and returns complaints, so that a test can show all of them at once.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

_LIBRARY = r"""
() => {
  const shown = node => node.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const name = node => {
    const words = (node.labels?.[0]?.textContent || node.textContent || node.value || "").trim().replace(/\s+/g, " ");
    return `<${node.localName}${node.id ? "#" + node.id : ""}> ${words.slice(0, 40)}`;
  };
  const focusable = () => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )].filter(node => shown(node) && !node.disabled && node.tabIndex >= 0);

  // Any colour of CSS as red, green, blue and opacity.
  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const colour = css => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
    return colour("Canvas");
  };

  const parts = node => [
    [node, null], [node, "::before"], [node, "::after"], ...[...(node.labels ?? [])].map(label => [label, null])
  ];
  const look = node => parts(node).map(([part, pseudo]) => {
    const style = getComputedStyle(part, pseudo);
    const outline = style.outlineStyle === "none" || style.outlineWidth === "0px" ? "" : style.outline;
    return [outline, style.boxShadow].join(" ");
  }).join("|");

  window.inspection = {
    smallTargets() {
      const inline = node => node.localName === "a" && getComputedStyle(node).display === "inline"
        && [...node.parentElement.childNodes].some(other => other !== node && other.textContent.trim());
      return focusable().filter(node => !inline(node)).flatMap(node => {
        const boxes = [node, ...(node.labels ?? [])].map(part => part.getBoundingClientRect());
        const big = boxes.some(box => box.width >= 24 && box.height >= 24);
        const hidden = boxes[0].right <= 1 || boxes[0].bottom <= 1 || node.classList.contains("govuk-skip-link");
        return big || hidden ? [] : [`${name(node)} is ${boxes[0].width} x ${boxes[0].height}`];
      });
    },
    faintBorders() {
      const inputs = document.querySelectorAll("input:not([type=hidden]), select, textarea");
      const drawn = node => shown(node) && !node.disabled && node.getBoundingClientRect().width > 1;
      return [...inputs].filter(drawn).flatMap(node => {
        const style = getComputedStyle(node);
        if (["radio", "checkbox"].includes(node.type) && style.appearance !== "none") return [];  // The browser's own.
        if (parseFloat(style.borderTopWidth) === 0) return [`${name(node)} has no border`];
        const ratio = contrast(colour(style.borderTopColor), behind(node.parentElement));
        return ratio >= 3 ? [] : [`${name(node)} has a border of ${ratio.toFixed(2)}:1`];
      });
    },
    overflow() {
      const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      if (wide <= 0) return [];
      const out = [...document.body.querySelectorAll("*")].filter(
        node => shown(node) && node.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
      return [`The page is ${wide} px too wide: ${out.slice(0, 3).map(name).join("; ")}`];
    },
    cutOff() {
      return [...document.body.querySelectorAll("*")].filter(node => {
        const style = getComputedStyle(node);
        const clips = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
        const box = node.getBoundingClientRect();
        return shown(node) && clips && box.width > 1 && node.textContent.trim()
          && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
      }).map(node => `${name(node)} is cut off`);
    },
    outline() {
      const found = [];
      if (!document.title.trim()) found.push("There is no title");
      const heads = document.querySelectorAll("h1").length;
      if (heads !== 1) found.push(`There are ${heads} h1`);
      return found;
    },
    begin() {
      window.looks = new Map(focusable().map(node => [node, look(node)]));
      window.met = [];
      return [];
    },
    focused() {
      const node = document.activeElement;
      const again = window.met.includes(node);
      if (node === document.body || (again && window.met.at(-1) !== node)) return null;
      if (again) return [];  // A field for a date has several stops, which the browser draws.
      window.met.push(node);
      const found = [];
      if (window.looks.get(node) === look(node)) found.push(`${name(node)} looks the same with the focus`);
      const ratio = contrast(colour(getComputedStyle(node).color), behind(node));
      const faint = node.innerText.trim() && ratio < 4.5;
      if (faint) found.push(`${name(node)} has text of ${ratio.toFixed(2)}:1 with the focus`);
      const seen = [node, ...(node.labels ?? [])].flatMap(part => [...part.getClientRects()]);
      const free = seen.some(box => {
        const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
        const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
        if (right - left < 1 || bottom - top < 1) return false;
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return hit && (node.contains(hit) || hit.contains(node) || [...(node.labels ?? [])].some(l => l.contains(hit)));
      });
      if (!free) found.push(`${name(node)} is hidden when it has the focus`);
      return found;
    },
    skipped() {
      const group = node => node.type === "radio" ? node.name : node;
      const met = new Set(window.met.map(group));
      const missed = [...window.looks.keys()].filter(node => !met.has(group(node)));
      return missed.map(node => `The tab key skips ${name(node)}`);
    },
  };
}
"""


def axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and against good practice."""
    found = Axe().run(page, options={"runOnly": _TAGS, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['html'][:120]} ({node['failureSummary']})"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def _ask(page: Page, what: str) -> list[str]:
    page.evaluate(f"window.inspection || ({_LIBRARY})()")
    answer: list[str] = page.evaluate(f"inspection.{what}()")
    return answer


def outline(page: Page) -> list[str]:
    """A page has a title and one h1."""
    return _ask(page, "outline")


def borders(page: Page) -> list[str]:
    """The border of what can be filled in stands out by 3:1 from what is behind it (WCAG 1.4.11)."""
    return _ask(page, "faintBorders")


def targets(page: Page) -> list[str]:
    """What can be pressed is at least 24 by 24 CSS pixels, but for links within a line of text (WCAG 2.5.8)."""
    return _ask(page, "smallTargets")


def overflow(page: Page) -> list[str]:
    """Nobody has to scroll sideways (WCAG 1.4.10)."""
    return _ask(page, "overflow")


def enlarged(page: Page) -> list[str]:
    """With text of twice the size nothing is cut off and nobody has to scroll sideways (WCAG 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = _ask(page, "overflow") + _ask(page, "cutOff")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def focus(page: Page) -> list[str]:
    """Wherever the tab key leads, one sees that the focus is there (WCAG 2.4.7, 2.4.11)."""
    page.evaluate("scrollTo(0, 0); document.body.tabIndex = -1; document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")
    _ask(page, "begin")
    found: list[str] = []
    for _ in range(500):
        page.keyboard.press("Tab")
        seen = page.evaluate("inspection.focused()")
        if seen is None:
            break
        found += seen
    return found + page.evaluate("inspection.skipped()")
