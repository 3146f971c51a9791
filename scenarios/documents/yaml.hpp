// Strict reading of YAML text into a Document. Users: the scenario loader, and everything that
// reads YAML a person wrote.
//
// The subset is what can be read aloud without surprises: one document, a mapping at the top, plain
// text keys, no anchors, no aliases, no tags, no merge keys, no duplicate keys. What is outside it
// is an InputError with place and hint, never a different meaning.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/core/document.hpp"

namespace stampede::scenarios {

/// Limits of one file. They keep a hostile file from costing more than a moment and some megabytes.
inline constexpr std::size_t yaml_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t yaml_depth_max = 32;
inline constexpr std::size_t yaml_nodes_max = 200'000;

/// The tree of `text`; `file` is the name that messages show. Lines and columns count from 1,
/// columns in bytes. Plain `~`, `null` and nothing at all become Kind::null; texts in quotes and
/// block texts have `quoted` set. A value that is left out stands where its key stands. Throws
/// InputError.
engine::Document parse_yaml(std::string_view text, const std::string& file);

/// The text of the file at `path`, at most one byte more than parse_yaml takes. InputError if it
/// cannot be read.
std::string read_yaml_text(const std::string& path);

/// parse_yaml of the file at `path`.
engine::Document load_yaml_file(const std::string& path);

}  // namespace stampede::scenarios
