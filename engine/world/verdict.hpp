// What is known of a question at its end: of a run, a search, a history.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/value.hpp"

namespace stampede::engine {

/// `undecided`: a cap was reached, or what was seen does not tell. `vacuous`: there was nothing to
/// judge. Neither is ever taken for `ok`.
enum class Verdict { ok, violated, undecided, vacuous };
STAMPEDE_ENUM(Verdict, ok, violated, undecided, vacuous);

/// The word for it, in files, in JSON and for people.
inline const char* word_of(Verdict verdict) {
  return boost::describe::enum_to_string(verdict, "?");
}

/// The verdict of that word, if it is one.
inline std::optional<Verdict> find_verdict(std::string_view word) {
  for (const Verdict verdict :
       {Verdict::ok, Verdict::violated, Verdict::undecided, Verdict::vacuous}) {
    if (word == word_of(verdict)) return verdict;
  }
  return std::nullopt;
}

}  // namespace stampede::engine
