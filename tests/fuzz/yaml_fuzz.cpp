// libFuzzer target: whatever the bytes, reading them ends in a Document or in an InputError.
//
// Build with clang++ -fsanitize=fuzzer,address,undefined; seeds are the files of tests/data/broken
// and the catalogue.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/core/error.hpp"
#include "scenarios/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    static_cast<void>(stampede::scenarios::parse_yaml(text, "fuzz.yaml"));
  } catch (const stampede::engine::InputError&) {
    // What a broken file should give.
  }
  return 0;
}
