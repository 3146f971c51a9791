// libFuzzer target: any bytes given to the scenario loader are a scenario or an InputError, never
// anything else.
#include <cstddef>
#include <cstdint>
#include <string>

#include "scenarios/reading/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto file = stampede::scenarios::ScenarioFile::parse(text, "fuzz.yaml", {});
    // Other seeds pick other values.
    static_cast<void>(file.resolve(1));
  } catch (const stampede::engine::InputError&) {
  }
  return 0;
}
