#!/usr/bin/env python3
"""A terminal's picture as SVG: reads what `tmux capture-pane -e -p` printed.

usage: picture.py COLUMNS ROWS <CAPTURE >PICTURE.svg
"""
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_W, CELL_H, MARGIN = 8.4, 17, 12
BASIC = ["#1c1f26", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0",
         "#7f848e", "#ff7b86", "#b5e890", "#ffd68a", "#7cc4ff", "#e29bf5", "#7fd7e0", "#ffffff"]
FOREGROUND, BACKGROUND = BASIC[7], BASIC[0]


def color(number):
    """A colour of xterm-256color as #rrggbb."""
    if number < 16:
        return BASIC[number]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    number -= 16
    levels = [0, 95, 135, 175, 215, 255]
    return "#%02x%02x%02x" % (levels[number // 36], levels[number // 6 % 6], levels[number % 6])


class Look:
    """What select-graphic-rendition has set."""

    def __init__(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.underline = self.reverse = False

    def apply(self, codes):
        codes = [int(code or 0) for code in codes]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (24, 27):
                setattr(self, {24: "underline", 27: "reverse"}[code], False)
            elif code in (38, 48) and codes[:1] == [5]:
                setattr(self, "fg" if code == 38 else "bg", color(codes[1]))
                codes = codes[2:]
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.fg = color(code - 30 if code < 90 else code - 82)
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.bg = color(code - 40 if code < 100 else code - 92)
            elif code in (39, 49):
                setattr(self, "fg" if code == 39 else "bg", None)

    def colors(self):
        fg, bg = self.fg or FOREGROUND, self.bg or BACKGROUND
        return (bg, fg) if self.reverse else (fg, bg)


def runs(line, look):
    """(column, text, colours, attributes) of each run of one look in a line."""
    column = 0
    for part in re.split(r"(\x1b\[[0-9;:]*m|\x0e|\x0f)", line):
        found = re.fullmatch(r"\x1b\[([0-9;:]*)m", part)
        if found:
            look.apply(re.split("[;:]", found.group(1)))
        elif part and part not in "\x0e\x0f":
            yield column, part, look.colors(), (look.bold, look.dim, look.underline)
            column += sum(2 if unicodedata.east_asian_width(c) in "WF" else
                          0 if unicodedata.combining(c) else 1 for c in part)


def main():
    cols, rows = int(sys.argv[1]), int(sys.argv[2])
    width, height = cols * CELL_W + 2 * MARGIN, rows * CELL_H + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
          f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="ui-monospace, \'DejaVu Sans Mono\', '
          f'Menlo, Consolas, monospace" font-size="14">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>')
    look = Look()
    for row, line in enumerate(sys.stdin.read().split("\n")[:rows]):
        top = MARGIN + row * CELL_H
        for column, text, (fg, bg), (bold, dim, underline) in runs(line, look):
            left = MARGIN + column * CELL_W
            if bg != BACKGROUND:
                print(f'<rect x="{left:.1f}" y="{top:.1f}" width="{len(text) * CELL_W:.1f}" '
                      f'height="{CELL_H}" fill="{bg}"/>')
            if text.strip():
                style = (' font-weight="bold"' if bold else "") + (' opacity="0.65"' if dim else "") \
                    + (' text-decoration="underline"' if underline else "")
                print(f'<text x="{left:.1f}" y="{top + 13:.1f}" fill="{fg}"{style} '
                      f'textLength="{len(text) * CELL_W:.1f}" xml:space="preserve">'
                      f"{escape(text)}</text>")
    print("</svg>")


main()
