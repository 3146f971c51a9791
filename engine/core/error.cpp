#include "engine/core/error.hpp"

#include <utility>

namespace stampede::engine {
namespace {

std::string render(const Place& place, const std::string& message, const Hint& hint) {
  std::string text;
  if (!place.file.empty()) text += place.file + ":";
  if (place.line != 0) {
    text += std::to_string(place.line) + ":" + std::to_string(place.column) + ":";
  }
  if (!text.empty()) text += " ";
  text += "error: " + message + "\nhint: " + hint.text();
  // what() would end there.
  for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at))
    text.replace(at, 1, "\\u0000");
  return text;
}

}  // namespace

Hint::Hint(std::string text) : text_(std::move(text)) { ASSERT(!text_.empty()); }

InputError::InputError(const std::string& message, const Hint& hint)
    : InputError(Place{}, message, hint) {}

InputError::InputError(const Place& place, const std::string& message, const Hint& hint)
    : std::runtime_error(render(place, message, hint)),
      place_(place),
      message_(message),
      hint_(hint) {}

AssertionFailed::AssertionFailed(const std::string& message, const std::string& place)
    : std::logic_error(place.empty() ? message : message + " at " + place),
      message_size_(message.size()) {}

void assertion_failed(const char* expression, const char* file, int line) {
  std::string_view path = file;
  // Only the last two components: the same text whatever the build folder is.
  std::size_t cut = path.rfind('/');
  if (cut != std::string_view::npos && cut > 0) cut = path.rfind('/', cut - 1);
  if (cut != std::string_view::npos) path.remove_prefix(cut + 1);
  throw AssertionFailed("ASSERT(" + std::string(expression) + ") failed",
                        std::string(path) + ":" + std::to_string(line));
}

}  // namespace stampede::engine
