# terminal_svg.awk: what `tmux capture-pane -e -p` prints, as a picture.
# Usage: LC_ALL=C awk -v columns=N -v rows=N -v label=TEXT -f terminal_svg.awk
function escaped(x) {
  gsub(/&/, "\\&amp;", x)
  gsub(/</, "\\&lt;", x)
  gsub(/>/, "\\&gt;", x)
  return x
}

# Characters of UTF-8, whatever this awk takes for one.
function cells(x) {
  gsub(/[\200-\277]/, "", x)
  return length(x)
}

function class_now() {
  return colour (bold ? " b" : "") (dim ? " d" : "")
}

function put(x,    n) {
  if (x == "")
    return
  n = cells(x)
  if (x ~ /[^ ]/)
    printf "<text x=\"%.1f\" y=\"%d\"%s textLength=\"%.1f\" xml:space=\"preserve\">%s</text>\n", \
      14 + at * 7.2, 9 + NR * 16, class_now() ~ /[^ ]/ ? " class=\"" class_now() "\"" : "", \
      n * 7.2, escaped(x)
  at += n
}

function style(codes,    parts, i, n) {
  n = split(codes == "" ? "0" : codes, parts, ";")
  for (i = 1; i <= n; ++i) {
    if (parts[i] == 0) { bold = dim = 0; colour = "" }
    else if (parts[i] == 1) bold = 1
    else if (parts[i] == 2) dim = 1
    else if (parts[i] == 22) bold = dim = 0
    else if (parts[i] == 31) colour = "r"
    else if (parts[i] == 32) colour = "g"
    else if (parts[i] == 33) colour = "y"
    else if (parts[i] == 39) colour = ""
  }
}

BEGIN {
  width = 28 + columns * 7.2
  height = 20 + rows * 16
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n", \
    width, height, width, height, label
  print "<style>rect{fill:#16181d}text{font:12px ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;fill:#d5d8de;white-space:pre}.g{fill:#8ecf8e}.y{fill:#e6c37a}.r{fill:#f08a80}.d{fill:#8b93a3}.b{font-weight:bold}</style>"
  printf "<rect width=\"%d\" height=\"%d\" rx=\"6\"/>\n", width, height
}

{
  at = 0
  rest = $0
  while (match(rest, /\033\[[0-9;]*m/)) {
    put(substr(rest, 1, RSTART - 1))
    style(substr(rest, RSTART + 2, RLENGTH - 3))
    rest = substr(rest, RSTART + RLENGTH)
  }
  put(rest)
}

END { print "</svg>" }
