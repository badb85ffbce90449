/* The challenge before a voice is taken, solved by the device itself (WebCrypto, off the main thread).
 *
 * Without this file, without WebCrypto or over plain http, the page asks to wait instead: nothing is lost.
 * What is solved is altcha's proof of work, version 2: find the counter whose derived key begins as asked.
 */
(() => {
  "use strict";

  const form = document.querySelector("form[data-voice-challenge]");
  const crypto = window.crypto && window.crypto.subtle;
  if (!form || !crypto) return;

  const TOGETHER = 4;
  const work = form.querySelector("[data-voice-work]");
  const bar = work.querySelector("progress");
  const state = work.querySelector("[data-voice-state]");
  const waiting = form.querySelector("[data-voice-wait]");
  const button = form.querySelector("button");

  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hexed = (buffer) => [...new Uint8Array(buffer)].map((one) => one.toString(16).padStart(2, "0")).join("");

  const derive = async (asked, counter) => {
    const nonce = bytes(asked.nonce);
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(asked.salt), iterations: asked.cost };
    return hexed(await crypto.deriveBits(way, key, asked.keyLength * 8));
  };

  const solve = async (challenge, most) => {
    const asked = challenge.parameters;
    const began = performance.now();
    for (let first = 0; first < most; first += TOGETHER) {
      const counters = Array.from({ length: TOGETHER }, (_, step) => first + step);
      const keys = await Promise.all(counters.map((counter) => derive(asked, counter)));
      const hit = keys.findIndex((key) => key.startsWith(asked.keyPrefix));
      if (hit >= 0) return { counter: counters[hit], derivedKey: keys[hit], time: performance.now() - began };
      bar.value = Math.min(99, Math.round((100 * (first + TOGETHER)) / most));
      if (first % 120 === 0) state.textContent = `设备正在验算，最多还有${100 - bar.value}%。请不要关掉这一页。`;
    }
    throw new Error("no counter fits");
  };

  const sent = (payload) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: form.dataset.solution, value: btoa(JSON.stringify(payload)) });
    form.append(field);
    bar.value = 100;
    state.textContent = "算好了，正在提交。";
    form.submit();
  };

  const giveUp = () => {
    work.hidden = true;
    waiting.hidden = false;
    button.disabled = false;
  };

  const begin = async () => {
    const challenge = JSON.parse(form.dataset.voiceChallenge);
    work.hidden = false;
    waiting.hidden = true;
    button.disabled = true;
    try {
      sent({ challenge, solution: await solve(challenge, Number(form.dataset.most)) });
    } catch {
      giveUp();
    }
  };

  // a page come back to by "back" holds a spent ticket: what is pressed then is asked for anew
  window.addEventListener("pageshow", (event) => (event.persisted ? giveUp() : undefined));
  begin();
})();
