// libFuzzer target of one history format: any bytes are a history or an InputError, never anything
// else, and whatever is a history is judged within its caps, with a witness that holds.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checkers/import/import.hpp"
#include "checkers/linearizability.hpp"
#include "checkers/witness.hpp"
#include "models/service/services.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace stampede;
  checkers::ImportSettings settings;
  settings.format = checkers::find_format(STAMPEDE_FUZZED_FORMAT);
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  std::string text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto imported =
        checkers::import_history(checkers::InputText::of(std::move(text), "fuzz"), settings);
    if (imported.transactional) return 0;
    checkers::LinearizabilityLimits limits;
    limits.max_configurations = 2'000;
    limits.max_memory_bytes = 32U << 20;
    const auto result = checkers::check_linearizability(imported.history, *imported.type, limits);
    if (result.verdict == checkers::Judgement::ok) {
      ASSERT(checkers::refute_witness(imported.history, *imported.type, result.witness).empty());
    }
  } catch (const engine::InputError&) {
  }
  return 0;
}
