/// CHECKPOINT_FILE: the checkpoint as JSON, with the old job's keys and ours.
#pragma once

#include <string>
#include <string_view>

#include <caf/expected.hpp>

#include "messages/reports.hpp"

namespace racefill {

/// The text of a checkpoint file taken at `timestamp` (a UTC instant).
std::string write_checkpoint(const checkpoint_image& image,
                             const std::string& timestamp);

/// Reads such a text, or one of the old job, which lacks our keys: then run_id
/// is "", and its processed dates are no proof (it counted failures too). Keys
/// that nobody knows are left alone. Faults: bad_shape.
caf::expected<checkpoint_image> read_checkpoint(std::string_view text);

/// Loads `path`, or its previous copy `path`.bak when it is missing or damaged;
/// then `note`, if given, says so in a sentence. Faults: files_refused (there
/// is no such file, or it cannot be read), bad_shape (neither copy is sound).
caf::expected<checkpoint_image> load_checkpoint(const std::string& path,
                                                std::string* note = nullptr);

} // namespace racefill
