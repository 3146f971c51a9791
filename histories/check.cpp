#include "histories/check.hpp"

#include "checkers/transactions/from_history.hpp"
#include "histories/report/explanation.hpp"

namespace stampede::histories {

const checkers::HistoryJudge* judge_for(const ImportedHistory& imported, std::string_view name) {
  if (name.empty()) name = imported.transactional ? "strict-serializable" : "linearizable";
  const checkers::HistoryJudge* judge = checkers::find_history_judge(name);
  if (judge == nullptr || (imported.type == nullptr && !imported.transactional)) return judge;
  const bool fits = judge->needs == checkers::Needs::transactions
                        ? imported.transactional || imported.type->shapes != nullptr
                        : !imported.transactional;
  return fits ? judge : nullptr;
}

checkers::Finding check(ImportedHistory& imported, const checkers::HistoryJudge& judge,
                        const checkers::Bound& bound, const checkers::Limits& limits) {
  if (imported.completed() == 0) {
    checkers::Finding nothing;
    nothing.property = judge.property;
    nothing.verdict = engine::Verdict::vacuous;
    nothing.limit = imported.transactional ? "no transaction of the history committed"
                                           : "no operation of the history was completed";
    return nothing;
  }
  if (judge.needs == checkers::Needs::transactions && !imported.transactional) {
    checkers::Patience patience(limits.stop);
    imported.transactions = transactions_of(imported.history, *imported.type, patience);
  }
  checkers::Finding finding = judge.judge(
      {imported.history, imported.type, imported.transactional ? &imported.transactions : nullptr},
      bound, limits);
  // A sentence is about few operations.
  constexpr std::size_t told_max = 10'000;
  if (judge.name == "linearizable" && finding.core.size() <= told_max) explain(imported, finding);
  return finding;
}

}  // namespace stampede::histories
