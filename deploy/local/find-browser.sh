#!/bin/sh
# Print the browser for the tests, installing one if need be; an empty line means Playwright's own.
# Everything but the answer goes to standard error.
set -u
python=${1:-.venv/bin/python}

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

can_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ -f /etc/debian_version ]
}

# Without Chinese letters the pages' pictures are boxes, but the tests still mean something: never fail here.
if can_install && command -v fc-list >/dev/null && [ -z "$(fc-list :lang=zh)" ]; then
    echo "installing Chinese fonts …" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends fonts-noto-cjk; } >/dev/null 2>&1 </dev/null ||
        echo "could not install fonts-noto-cjk; going on without" >&2
fi

find_browser && exit 0

if can_install; then
    echo "installing chromium …" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >&2 </dev/null
    find_browser && exit 0
fi

echo "installing Playwright's chromium …" >&2
"$python" -m playwright install chromium >&2 </dev/null || {
    echo "no browser: install chromium, or name one in PORTAL_TEST_BROWSER" >&2
    exit 1
}
echo
