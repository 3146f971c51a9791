// libFuzzer target of one history format: any bytes are a history or an InputError, never anything
// else, and whatever is a history is judged within its caps, by every model, with witnesses that
// hold.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/eventual.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/description.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/transactions/proofs.hpp"
#include "checkers/transactions/transactions.hpp"
#include "checkers/witness.hpp"
#include "histories/import/import.hpp"
#include "histories/report/explanation.hpp"
#include "models/service/services.hpp"

namespace stampede {
namespace {

using namespace checkers;
using histories::ImportedHistory;

Limits limits() {
  Limits limits;
  limits.max_configurations = 2'000;
  limits.max_memory_bytes = 32U << 20;
  return limits;
}

void judge_transactions(const ImportedHistory& imported) {
  for (const auto& [name, isolation, about] : isolation_levels()) {
    const auto& transactions = imported.transactions;
    const Finding result = check_transactions(transactions, isolation, limits());
    if (result.verdict != Verdict::ok) continue;
    const Obeys obeys = obeyed_by(isolation);
    switch (level_of(isolation)) {
      case Level::read_uncommitted:
        break;
      case Level::read_committed:
        ASSERT(refute_committed_reads(transactions, result.witness).empty());
        break;
      case Level::snapshot:
        ASSERT(refute_schedule(transactions, obeys, result.schedule).empty());
        break;
      case Level::serializable:
        ASSERT(refute_serial_order(transactions, obeys, result.witness).empty());
        break;
    }
  }
}

void judge_operations(const ImportedHistory& imported) {
  const engine::History& history = imported.history;
  const engine::ServiceType& type = *imported.type;
  Finding result = check_linearizability(history, type, limits());
  if (result.verdict == Verdict::ok) {
    ASSERT(refute_witness(history, type, result.witness).empty());
  }
  if (result.verdict == Verdict::violated) {
    explain(imported, result);
    ASSERT(!tell(result.reason, history, imported.clients).empty());
  }
  const Finding sequential = check_sequential(history, type, limits());
  if (sequential.verdict == Verdict::ok) {
    ASSERT(refute_sequential_witness(history, type, sequential.witness).empty());
  }
  for (const auto& [name, model, about] : weak_models()) {
    static_cast<void>(check_weak(history, type, model));
  }
  static_cast<void>(check_atomicity(history, type, 4, limits()));
  static_cast<void>(check_convergence(history, type));
}

}  // namespace
}  // namespace stampede

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace stampede;
  histories::ImportSettings settings;
  settings.format = histories::find_format(STAMPEDE_FUZZED_FORMAT);
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  std::string text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto imported =
        histories::import_history(histories::InputText::of(std::move(text), "fuzz"), settings);
    if (imported.transactional) {
      judge_transactions(imported);
    } else if (imported.type != nullptr) {
      judge_operations(imported);
    }
  } catch (const engine::InputError&) {
  } catch (const checkers::Stopped&) {
  }
  return 0;
}
