// One line of flow YAML and back: how small trees are written inside texts that people read and
// write (`fire: SilenceTimeout v0 {node: r1}`). Document::to_plain_text is the writing half.
#pragma once

#include <string_view>

#include "engine/core/document.hpp"

namespace stampede::engine {

/// True if YAML or JSON would take this bare text for null, a boolean or a number.
bool is_no_text(std::string_view text);

/// Reads one value: a scalar, `[a, b]` or `{key: value}`, as to_text and to_plain_text write them.
/// `around` is where the text stands, for the places of what is read and for errors.
Document parse_flow(std::string_view text, const Document& around);

}  // namespace stampede::engine
