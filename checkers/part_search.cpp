#include "checkers/part_search.hpp"

#include "checkers/register_automaton.hpp"
#include "checkers/service_automaton.hpp"
#include "checkers/windowed_search.hpp"

namespace stampede::checkers {

std::unique_ptr<PartSearch> make_part_search(const engine::History& history,
                                             const engine::ServiceType& type, const Part& part) {
  if (auto automaton = RegisterAutomaton::make(history, type, part)) {
    return std::make_unique<WindowedSearch<RegisterAutomaton>>(part, std::move(*automaton));
  }
  return std::make_unique<WindowedSearch<ServiceAutomaton>>(part,
                                                            ServiceAutomaton(history, type, part));
}

}  // namespace stampede::checkers
