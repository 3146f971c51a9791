// The parser's complaints in the words of this project: what is wrong, and what to do about it.
#pragma once

#include <string>
#include <string_view>

namespace stampede::scenarios {

struct SyntaxComplaint {
  std::string message;
  std::string hint;
};

/// What YAML has and scenarios do not; yaml-cpp reports broken uses of them as syntax errors of
/// their own.
extern const SyntaxComplaint anchors_not_supported;
extern const SyntaxComplaint aliases_not_supported;
extern const SyntaxComplaint tags_not_supported;

/// Restates `parser_message` of yaml-cpp. `opened` says where the innermost open list or mapping
/// begins ("line 1, column 4"; empty if nothing is open), `character` is what stands at the place
/// of the error.
SyntaxComplaint restate_syntax_error(std::string_view parser_message, const std::string& opened,
                                     char character);

}  // namespace stampede::scenarios
