# cmake -DOUT=FILE.cpp -DHEADER=INCLUDE -DNAMES=a,b -DFILES=x,y -P embed_text.cmake
# Writes a source in which each file is a string constant in namespace racefill.
string(REPLACE "," ";" NAMES "${NAMES}")
string(REPLACE "," ";" FILES "${FILES}")
set(_text "// Made by cmake/embed_text.cmake.\n#include \"${HEADER}\"\n\nnamespace racefill {\n")
foreach(_name _file IN ZIP_LISTS NAMES FILES)
  file(READ "${_file}" _content)
  string(APPEND _text "\nconst char* const ${_name} = R\"EMBED(${_content})EMBED\";\n")
endforeach()
string(APPEND _text "\n} // namespace racefill\n")
file(WRITE "${OUT}" "${_text}")
