#include "viewer/account.hpp"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <set>

#include "engine/core/document.hpp"
#include "engine/core/edited.hpp"
#include "tests/viewer/stored_run.hpp"
#include "viewer/page.hpp"

namespace {

using namespace stampede;
using engine::Document;

Document tree(const std::string& json) { return engine::parse_json(json, "answer"); }

std::uint64_t number(const Document& document) {
  return static_cast<std::uint64_t>(
      engine::read_integer(document, 0, std::numeric_limits<std::int64_t>::max()));
}

/// The base64 and zlib of the page, undone.
std::string unpacked(const std::string& packed) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char digit : packed) {
    if (digit == '=') break;
    group = group << 6 | static_cast<std::uint32_t>(digits.find(digit));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 255);
  }
  std::string text(1'000'000, '\0');
  uLongf size = text.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) == Z_OK);
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("viewer: an overview tells verdict, scenario, nodes and operations", "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  viewer::Account account(stored.record(), {});
  const Document overview = tree(account.overview());
  CHECK(overview.at("verdict").text == "violated");
  CHECK(overview.at("told").text == "durability");
  CHECK(number(overview.at("steps")) == 21);
  CHECK(number(overview.at("boots")) == 4);
  CHECK(overview.at("nodes").items.size() == 4);
  CHECK(overview.at("violations").items.size() == 5);
  CHECK(overview.at("scenario").at("defects").items.at(0).at("name").text ==
        "vrr-state-transfer-truncates");
  const Document& operation = overview.at("operations").items.at(0);
  CHECK(operation.at("id").text == "c0.1");
  CHECK(number(operation.at("invoked")) == 5);
  CHECK(number(operation.at("responded")) == 9);
}

TEST_CASE("viewer: columns say of each step what the tape says", "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  viewer::Account account(stored.record(), {});
  const explain::Tape tape = explain::stored_tape(stored.record());
  const std::string columns = account.columns();
  const std::uint64_t size = tape.size();
  REQUIRE(columns.size() == size * (8 + 4 * 4 + 2 * 2 + 1));
  const auto at = [&]<class T>(T, std::uint64_t width_before, std::uint64_t step) {
    T value;
    std::memcpy(&value, columns.data() + width_before * size + (step - 1) * sizeof(T), sizeof(T));
    return value;
  };
  const Document overview = tree(account.overview());
  for (std::uint64_t step = 1; step <= size; ++step) {
    INFO(step);
    CHECK(at(std::uint32_t{}, 8, step) == tape.step(step).cause);
    CHECK(at(std::uint32_t{}, 12, step) == tape.step(step).before);
    CHECK(at(std::uint16_t{}, 24, step) == tape.step(step).node.value);
    const std::uint8_t kind = at(std::uint8_t{}, 28, step);
    CHECK(overview.at("kinds").items.at(kind).text ==
          boost::describe::enum_to_string(tape.step(step).kind, "?"));
  }
  CHECK(overview.at("types").items.at(at(std::uint32_t{}, 16, 15)).text == "Commit");
  CHECK(at(double{}, 0, 15) == 11e6);

  const std::string some = account.columns(5, 15);
  REQUIRE(some.size() == 11 * (8 + 4 * 4 + 2 * 2 + 1));
  using Column = std::pair<std::size_t, std::size_t>;
  for (const auto& [width_before, width] :
       {Column{0, 8}, Column{8, 4}, Column{16, 4}, Column{28, 1}})
    CHECK(some.substr(11 * width_before, 11 * width) ==
          columns.substr(width_before * size + 4 * width, 11 * width));
}

TEST_CASE("viewer: an overview has what the strip shows before there are columns", "[viewer]") {
  const StoredRun stored("viewstamped/swarm");
  viewer::Account account(stored.record(), {});
  const explain::Tape tape = explain::stored_tape(stored.record());
  const Document overview = tree(account.overview());
  std::uint64_t turns = 0;
  for (std::uint64_t step = 1; step <= tape.size(); ++step) {
    const std::string kind = boost::describe::enum_to_string(tape.step(step).kind, "?");
    const bool lasts =
        std::set<std::string>{"crash", "restart", "pause", "resume", "begin_fault", "end_fault"}
            .count(kind) == 1;
    if (!lasts) continue;
    INFO(step << ' ' << kind);
    const Document& turn = overview.at("turns").items.at(turns++);
    CHECK(number(turn.items.at(0)) == step);
    CHECK(overview.at("kinds").items.at(number(turn.items.at(1))).text == kind);
    if (tape.step(step).node != no_node)
      CHECK(number(turn.items.at(2)) == tape.step(step).node.value);
  }
  CHECK(turns > 8);
  CHECK(overview.at("turns").items.size() == turns);
  const std::vector<Document>& pace = overview.at("pace").items;
  CHECK(pace.size() == std::min<std::uint64_t>(tape.size(), 2'000));
  CHECK(std::stod(pace.back().text) ==
        static_cast<double>(tape.step(tape.size()).decision.at->nanoseconds));
}

TEST_CASE("viewer: parts tell every step once, and their edits make the states that were",
          "[viewer]") {
  const auto [scenario, parts] = GENERATE(table<std::string, std::uint64_t>({
      {"viewstamped/swarm", 2},
      {"viewstamped/checkpoints", 1},
      {"multi_paxos/swarm", 1},
      {"primary_backup/swarm", 1},
      {"chain/craq-swarm", 1},
      {"abd/swarm", 1},
  }));
  INFO(scenario);
  const StoredRun stored(scenario);
  viewer::Account account(stored.record(), {});
  REQUIRE(account.parts() >= parts);
  explain::Tape tape = explain::stored_tape(stored.record());
  std::uint64_t next = tape.boots() + 1;
  for (std::uint64_t i = 0; i < parts; ++i) {
    const Document part = tree(account.part(i));
    REQUIRE(number(part.at("steps_from")) == next);
    std::map<std::string, Document> states;
    Document state = tree("null");
    for (const Document& first : part.at("states").items) {
      engine::apply_edit(state, first.items.at(1));
      states[first.items.at(0).text] = state;
    }
    for (const auto& [name, told] : states)
      CHECK(told == tree(tape.world_at(next - 1).state_json(tape.names().find(name).value())));
    for (const Document& step : part.at("steps").items) {
      INFO(next);
      const NodeId node = tape.facts(next).node;
      const engine::World& world = tape.world_at(next);
      if (const Document* edit = step.find("edit")) {
        Document& known = states.try_emplace(tape.names().of(node), tree("null")).first->second;
        engine::apply_edit(known, *edit);
      }
      if (node != no_node && world.up(node))
        REQUIRE(states.at(tape.names().of(node)) == tree(world.state_json(node)));
      ++next;
    }
  }
  CHECK(next == std::min(tape.size(), parts * viewer::Account::steps_in_part) + 1);
}

TEST_CASE("viewer: a story is told of what broke, and none where nothing did", "[viewer]") {
  const StoredRun broken("bugs/vrr-state-transfer-truncates");
  viewer::Account account(broken.record(), {});
  const Document story = tree(account.story());
  CHECK(story.at("property").text == "durability");
  CHECK(number(story.at("sentences").items.back().at("step")) == 21);
  CHECK(tree(account.no_return()).find("step") != nullptr);
  const StoredRun right("ping_pong/ping-pong");
  viewer::Account quiet(right.record(), {});
  CHECK(quiet.story() == "null");
  CHECK(quiet.no_return() == "null");
}

TEST_CASE("viewer: a page holds the run that it is made of, and only its own script", "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  viewer::Account account(stored.record(), {});
  const std::string page = viewer::page_of(account).value();
  const std::string before = "<script id=\"run\" type=\"application/json\">";
  const std::size_t start = page.find(before) + before.size();
  const std::size_t end = page.find("</script>", start);
  const std::string data = page.substr(start, end - start);
  CHECK(data.find('<') == std::string::npos);
  const Document kept = tree(data);
  CHECK(unpacked(kept.at("overview").text) == account.overview());
  CHECK(unpacked(kept.at("columns").text) == account.columns());
  REQUIRE(kept.at("parts").items.size() == account.parts());
  CHECK(unpacked(kept.at("parts").items.at(0).text) == account.part(0));
  CHECK(viewer::page_policy().find("script-src 'sha256-") != std::string_view::npos);
  CHECK(viewer::page_policy().find("unsafe") == std::string_view::npos);
  CHECK(page.size() < 300'000);
}

TEST_CASE("viewer: a page that is interrupted is none", "[viewer]") {
  const StoredRun stored("bugs/vrr-state-transfer-truncates");
  bool interrupted = false;
  scenarios::RerunSettings settings;
  settings.interrupted = [&] { return interrupted; };
  viewer::Account account(stored.record(), settings);
  CHECK(viewer::page_of(account));
  interrupted = true;
  CHECK_FALSE(viewer::page_of(account));
}
