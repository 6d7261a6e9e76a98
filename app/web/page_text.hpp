/// PAGE_TEXT: the sources of the page, as they lie in app/web/page/; the build
/// embeds them.
#pragma once

namespace racefill {

extern const char* const page_html;
extern const char* const page_css;
extern const char* const calendar_js;
extern const char* const charts_js;
extern const char* const page_js;

} // namespace racefill
