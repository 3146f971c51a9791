// What must hold for the bytes of a text file before any parser may see them.
#pragma once

#include <string>
#include <string_view>

namespace stampede::scenarios {

/// InputError at the first place where `text` is not plain UTF-8: a byte that is not UTF-8, a NUL
/// or another control character, a carriage return that ends no line, a tab in the indentation.
/// `file` is the name that messages show.
void check_source_text(std::string_view text, const std::string& file);

}  // namespace stampede::scenarios
