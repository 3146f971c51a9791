#include "cli/load_report.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/command.hpp"
#include "engine/core/time.hpp"

namespace stampede::cli {
namespace {

using scenarios::Answered;
using scenarios::Counts;
using scenarios::Load;

struct Share {
  const char* name;
  engine::Ppm of_all;
};
constexpr std::array shares = {Share{"50%", {500'000}}, Share{"90%", {900'000}},
                               Share{"99%", {990'000}}, Share{"most", {1'000'000}}};

std::string time_text(std::uint64_t microseconds) {
  return engine::to_string(engine::microseconds(static_cast<std::int64_t>(microseconds)));
}

double quotient(std::uint64_t sum, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

double answered_per_second(const Load& load, std::uint64_t answered) {
  return 1e6 * quotient(answered, load.busy_us);
}

/// A row of times: how many there are, and the percentiles.
void print_times(const std::string& name, const Counts& counts) {
  std::printf("  %-14s %11s", name.c_str(), grouped(scenarios::count_of(counts)).c_str());
  for (const Share& share : shares) {
    const auto time = counts.empty() ? "-" : time_text(scenarios::percentile(counts, share.of_all));
    std::printf("  %11s", time.c_str());
  }
}

/// Something is not nothing.
std::string share_text(std::uint64_t part, std::uint64_t all) {
  const std::uint64_t percent = part * 100 / all;
  return percent == 0 ? "<1%" : std::to_string(percent) + "%";
}

/// `4: 90%  5: 10%`, the commonest first, no more than four of them.
std::string delays_text(const Counts& delays) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> common;
  for (const auto& [delay, count] : delays) common.emplace_back(count, delay);
  std::stable_sort(common.begin(), common.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  const std::uint64_t all = scenarios::count_of(delays);
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(common.size(), 4); ++i) {
    text += (text.empty() ? "" : "  ") + std::to_string(common[i].second) + ": " +
            share_text(common[i].first, all);
  }
  return text;
}

/// Bars of latencies, each row up to twice the time of the one above.
void print_plot(const Counts& latency_us) {
  constexpr std::uint64_t widest = 50;
  std::map<std::uint64_t, std::uint64_t> rows;
  for (const auto& [latency, count] : latency_us) {
    std::uint64_t end = 100;
    while (end < latency) end *= 2;
    rows[end] += count;
  }
  if (rows.empty()) return;
  std::uint64_t most = 0;
  for (const auto& [end, count] : rows) most = std::max(most, count);
  std::printf("latency up to\n");
  for (std::uint64_t end = rows.begin()->first; end <= rows.rbegin()->first; end *= 2) {
    const std::uint64_t count = rows[end];
    const auto length = static_cast<std::size_t>((count * widest + most - 1) / most);
    std::printf("  %11s", time_text(end).c_str());
    if (count != 0) std::printf(" %s %s", std::string(length, '#').c_str(), grouped(count).c_str());
    std::printf("\n");
  }
}

void write_times(engine::JsonWriter& json, const Counts& counts) {
  for (const Share& share : shares) {
    if (counts.empty()) continue;
    json.key(share.name).unsigned_integer(scenarios::percentile(counts, share.of_all));
  }
}

}  // namespace

void add_stats(CLI::App& command, bool& asked) {
  command.add_flag("--stats", asked,
                   "Say how long operations took, what was sent and saved for each, and for how "
                   "long nobody was answered");
}

void print_load(const Load& load) {
  const Answered all = scenarios::all_answered(load);
  const std::uint64_t answered = scenarios::count_of(all.latency_us);
  std::printf("load: %s operations, %s answered, in %s of virtual time: %.1f a second\n",
              grouped(load.invoked).c_str(), grouped(answered).c_str(),
              time_text(load.busy_us).c_str(), answered_per_second(load, answered));
  std::printf("for each: %.2f messages, %.0f bytes of them, %.2f flushes\n",
              quotient(load.messages, answered), quotient(load.bytes, answered),
              quotient(load.flushes, answered));
  std::printf("  %-14s %11s", "latency", "operations");
  for (const Share& share : shares) std::printf("  %11s", share.name);
  std::printf("  message delays\n");
  for (const auto& [sort, of_sort] : load.answered) {
    print_times(sort, of_sort.latency_us);
    std::printf("  %s\n", delays_text(of_sort.message_delays).c_str());
  }
  print_plot(all.latency_us);
  std::printf("  %-14s %11s\n", "unavailable", "times");
  for (const auto& [kind, lasted] : load.unavailable_us) {
    print_times(kind, lasted);
    std::printf("\n");
  }
}

void write_load(engine::JsonWriter& json, const Load& load) {
  const std::uint64_t answered = scenarios::count_of(scenarios::all_answered(load).latency_us);
  json.key("load");
  json.begin_object();
  json.key("operations_per_virtual_second").number(answered_per_second(load, answered));
  json.key("messages_per_operation").number(quotient(load.messages, answered));
  json.key("bytes_per_operation").number(quotient(load.bytes, answered));
  json.key("flushes_per_operation").number(quotient(load.flushes, answered));
  json.key("latency_percentiles_us");
  json.begin_object();
  for (const auto& [sort, of_sort] : load.answered) {
    json.key(sort);
    json.begin_object();
    write_times(json, of_sort.latency_us);
    json.end_object();
  }
  json.end_object();
  json.key("unavailable_percentiles_us");
  json.begin_object();
  for (const auto& [kind, lasted] : load.unavailable_us) {
    json.key(kind);
    json.begin_object();
    write_times(json, lasted);
    json.end_object();
  }
  json.end_object();
  json.key("counts");
  engine::write(json, load);
  json.end_object();
}

}  // namespace stampede::cli
