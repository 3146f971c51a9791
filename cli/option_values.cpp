#include "cli/option_values.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <string_view>

namespace stampede::cli {
namespace {

/// The number of a text of digits, if it is one of 64 bits.
std::optional<std::uint64_t> number_of(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char letter : digits) {
    if (letter < '0' || letter > '9') return std::nullopt;
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(letter - '0'), &value))
      return std::nullopt;
  }
  return value;
}

std::optional<std::uint64_t> bytes_of(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = number_of(text.substr(0, end));
  if (!number) return std::nullopt;
  std::string unit;
  for (const char letter : text.substr(end))
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  if (unit.ends_with("b")) unit.pop_back();
  if (unit.ends_with("i") && unit.size() == 2) unit.pop_back();
  static constexpr std::string_view units = "kmgt";
  unsigned shift = 0;
  if (!unit.empty()) {
    const std::size_t which = unit.size() == 1 ? units.find(unit) : std::string_view::npos;
    if (which == std::string_view::npos) return std::nullopt;
    shift = 10 * static_cast<unsigned>(which + 1);
  }
  if (*number > UINT64_MAX >> shift) return std::nullopt;
  return *number << shift;
}

[[noreturn]] void refuse(const std::string& name, const std::string& text,
                         const std::string& expected) {
  throw CLI::ValidationError(name, "'" + text + "' is not " + expected);
}

std::string described(const Bounds& bounds) {
  const std::string low = std::to_string(bounds.low);
  return "a number from " + low + " to " + std::to_string(bounds.high);
}

template <class Value>
CLI::Option* add_bounded(CLI::App& command, const std::string& name, Value& value,
                         const std::string& about, Bounds bounds) {
  return command.add_option_function<std::string>(
      name,
      [&value, name, bounds](const std::string& text) {
        const auto number = number_of(text);
        if (!number || *number < bounds.low || *number > bounds.high)
          refuse(name, text, described(bounds));
        value = *number;
      },
      about);
}

}  // namespace

CLI::Option* add_number(CLI::App& command, const std::string& name,
                        std::optional<std::uint64_t>& value, const std::string& about,
                        Bounds bounds) {
  return add_bounded(command, name, value, about, bounds);
}

CLI::Option* add_number(CLI::App& command, const std::string& name, std::uint64_t& value,
                        const std::string& about, Bounds bounds) {
  return add_bounded(command, name, value, about, bounds);
}

CLI::Option* add_memory(CLI::App& command, const std::string& name,
                        std::optional<std::uint64_t>& bytes, const std::string& about) {
  return command.add_option_function<std::string>(
      name,
      [&bytes, name](const std::string& text) {
        bytes = bytes_of(text);
        if (!bytes) refuse(name, text, "an amount of memory: write for example 1GiB or 512MiB");
      },
      about);
}

CLI::Option* add_duration(CLI::App& command, const std::string& name,
                          std::optional<engine::Duration>& value, const std::string& about) {
  return command.add_option_function<std::string>(
      name,
      [&value, name](const std::string& text) {
        value = engine::parse_duration(text);
        if (!value || value->nanoseconds < 0)
          refuse(name, text, "a duration: write for example 60s, 1.5s or 20ms");
      },
      about);
}

CLI::Option* add_repeated(CLI::App& command, const std::string& name,
                          std::vector<std::string>& texts, const std::string& about) {
  return command.add_option(name, texts, about)->take_all()->expected(1);
}

void refuse_empty_values(CLI::App& command) {
  const CLI::Validator not_empty(
      [](const std::string& text) { return text.empty() ? "an empty value" : std::string(); }, "");
  for (CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->get_expected_min() == 0 || name == "--key" || name == "--initial") continue;
    option->check(not_empty);
  }
}

}  // namespace stampede::cli
