#include "engine/world/claims.hpp"

#include <algorithm>

#include "engine/core/document.hpp"

namespace stampede::engine {
namespace {

/// As people write it: with hyphens.
template <class E>
std::string word(E value) {
  std::string text = boost::describe::enum_to_string(value, "?");
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace

std::string to_text(const Claims& claims) {
  std::string text = claims.history.empty() ? "nothing to clients" : comma_list(claims.history);
  if (!claims.operations.empty()) text += " of " + comma_list(claims.operations);
  if (claims.log != LogClaim::none) text += "; logs " + word(claims.log);
  if (!claims.completes) text += "; operations may stay open";
  text += "; " + word(claims.failures);
  if (claims.failures != FailureModel::crash_stop) {
    text += claims.disk == DiskClaim::nothing ? " with nothing on disk" : " with what was saved";
  }
  if (claims.safe_beyond_tolerance) text += "; safe however many fail";
  if (!claims.clients_return) text += "; clients do not come back";
  return text + "; " + word(claims.synchrony);
}

}  // namespace stampede::engine
