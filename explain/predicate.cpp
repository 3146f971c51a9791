#include "explain/predicate.hpp"

#include "explain/operand.hpp"
#include "explain/predicate_parser.hpp"

namespace stampede::explain {

using engine::Document;

Predicate Predicate::parse(std::string_view text, const Vocabulary& vocabulary,
                           const std::string& place) {
  PredicateParser parser(text, vocabulary, place);
  Test test = parser.predicate();
  return {text, std::move(test), parser.changing()};
}

bool Predicate::holds(Moment& moment) const {
  for (const std::shared_ptr<Changing>& changing : changing_) changing->look(moment);
  return test_(moment);
}

std::optional<std::uint64_t> first_step(Tape& tape, const Predicate& predicate, std::uint64_t first,
                                        std::uint64_t last) {
  std::optional<std::uint64_t> found;
  follow(tape, first, last, [&](Moment& moment) {
    const bool holds = predicate.holds(moment);
    if (moment.step() == nullptr) return true;
    if (holds) found = moment.world().step();
    return !holds;
  });
  return found;
}

Watch Watch::parse(std::string_view text, const Vocabulary& vocabulary, const std::string& place) {
  Watch watch;
  PredicateParser parser(text, vocabulary, place);
  if (const std::optional<Operand> operand = parser.value_alone()) {
    for (const NodeId node : operand->nodes) {
      const std::string name =
          node == no_node ? operand->text : vocabulary.names.of(node) + "." + operand->field;
      watch.watched_.push_back(
          {name, [value = operand->value, node](Moment& moment) { return value(moment, node); }});
    }
    return watch;
  }
  Test test = parser.predicate();
  watch.watched_.push_back({std::string(text),
                            [asked = Predicate(text, std::move(test), parser.changing())](
                                Moment& moment) -> std::optional<Document> {
                              Document holds;
                              holds.kind = Document::Kind::scalar;
                              holds.text = asked.holds(moment) ? "true" : "false";
                              return holds;
                            }});
  return watch;
}

std::vector<Watch::Change> Watch::changes(Moment& moment) {
  std::vector<Change> changed;
  for (Watched& watched : watched_) {
    std::optional<Document> now = watched.value(moment);
    if (watched.last && *watched.last == now) continue;
    changed.push_back({watched.name, watched.last ? *watched.last : std::nullopt, now});
    watched.last = std::move(now);
  }
  return changed;
}

}  // namespace stampede::explain
