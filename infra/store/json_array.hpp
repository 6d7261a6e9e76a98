/// JSON_ARRAY: lists of text, as JSON and as PostgreSQL's array literal.
#pragma once

#include <string>
#include <vector>

namespace racefill {

/// `["BF","C"]`.
std::string json_array(const std::vector<std::string>& items);

/// `{"BF","C"}`, from what json_array() made.
std::string array_literal(const std::string& json);

} // namespace racefill
