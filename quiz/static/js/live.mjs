// @ts-check
/** The preview follows the files: it asks whether anything has changed, and loads itself again where it stood. */

const KEPT = "quiz-preview-scroll";
const PAUSE = 1000;

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  const [path, top] = kept.split("\n");
  if (path === location.pathname) {
    scrollTo(0, Number(top));
  }
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {string} words */
function tell(words) {
  const place = document.querySelector("[data-proving]");
  if (place && place.textContent !== words) {
    place.textContent = words;
  }
}

async function follow() {
  // What the page itself shows, not what its first question finds: a change between the two is not lost.
  const shown = document.querySelector("[data-state]")?.getAttribute("data-state");
  for (;;) {
    try {
      const reply = await fetch("/changes", { headers: { Accept: "application/json" } });
      const { state, proving } = await reply.json();
      tell(proving);
      if (shown && state !== shown) {
        sessionStorage.setItem(KEPT, `${location.pathname}\n${scrollY}`);
        location.reload();
        return;
      }
    } catch {
      tell("The preview has ended. Start it again with quiz preview.");
    }
    await pause(PAUSE);
  }
}

follow();
