// What reading a history may hold.
#include <catch2/catch.hpp>

#include "tests/histories/importing.hpp"

namespace stampede::tests {

TEST_CASE("import: a history larger than its memory is read up to where that shows", "[input]") {
  std::string text;
  for (int number = 0; number < 1'000; ++number) {
    const std::string value = std::to_string(number);
    text += "{:process 0, :type :invoke, :f :write, :value " + value +
            "}\n{:process 0, :type :ok, :f :write, :value " + value + "}\n";
  }
  ImportSettings small = settings_for("register");
  CHECK(import(text, small).held_bytes > 100'000);
  small.max_memory_bytes = 50'000;
  const auto stopped_by = [&]() -> std::string {
    try {
      import(text, small);
    } catch (const checkers::Stopped& stopped) {
      return stopped.reason();
    }
    return "nothing";
  };
  CHECK(stopped_by().find("max_memory_bytes = 50000, which the history takes up to line ") == 0);
  // The event at hand is there beside what is kept.
  const std::uint64_t kept = import(text, settings_for("register")).held_bytes;
  small.max_memory_bytes = kept + 8'192;
  CHECK(stopped_by() == "nothing");
  small.max_memory_bytes = kept - 1;
  CHECK(stopped_by() != "nothing");
}

TEST_CASE("import: what one value holds while it is read counts, too", "[input]") {
  std::string items;
  for (int item = 0; item < 200'000; ++item) items += "1,";
  const std::string text =
      "{\"h\":1,\"model\":\"list\"}\n"
      "{\"p\":1,\"e\":\"call\",\"id\":1,\"op\":\"read\"}\n"
      "{\"p\":1,\"e\":\"ok\",\"id\":1,\"o\":{\"values\":[" +
      items + "1]}}\n";
  ImportSettings small = settings_for();
  // Twice the text, and far from what its items take.
  small.max_memory_bytes = 2 * text.size();
  CHECK_THROWS_AS(import(text, small), checkers::Stopped);
  const ImportedHistory whole = import(text);
  CHECK(whole.held_bytes > 32 * 200'000);
  std::string clients = "{\"h\":1,\"model\":\"register\"}\n";
  for (int client = 0; client < 1'000; ++client) {
    const std::string name = std::to_string(client);
    clients += "{\"p\":" + name + ",\"e\":\"call\",\"id\":" + name + ",\"op\":\"read\"}\n";
  }
  CHECK(import(clients).held_bytes > 300 * 1'000);
}

}  // namespace stampede::tests
