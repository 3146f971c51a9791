#include "histories/import/import.hpp"

#include <algorithm>
#include <array>

#include "histories/import/jepsen_import.hpp"
#include "histories/import/plain_import.hpp"
#include "histories/import/service_choice.hpp"

namespace stampede::histories {
namespace {

struct NamedFormat {
  HistoryFormat format;
  std::string_view name;
};

constexpr std::array<NamedFormat, 5> formats{{
    {HistoryFormat::ndjson, "ndjson"},
    {HistoryFormat::jepsen_edn, "jepsen-edn"},
    {HistoryFormat::jepsen_log, "jepsen-log"},
    {HistoryFormat::jepsen_json, "jepsen-json"},
    {HistoryFormat::porcupine_json, "porcupine-json"},
}};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// `[0 :invoke :read nil]`, perhaps in a list.
bool begins_with_vector(const std::string& head, std::size_t first) {
  const std::size_t bracket = head.find_first_not_of("[( \t\r\n", first);
  if (bracket == first || bracket == std::string::npos) return false;
  const std::size_t type = head.find_first_of(" \t", bracket);
  if (type == std::string::npos) return false;
  const std::size_t keyword = head.find_first_not_of(" \t", type);
  return keyword != std::string::npos && head[keyword] == ':' && head[bracket] != '{';
}

/// The record that begins here, as far as `head` goes.
std::string record_at(const std::string& head, std::size_t begin) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t at = begin; at < head.size(); ++at) {
    if (quoted && head[at] == '\\') {
      ++at;
    } else if (head[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && head[at] == '{') {
      ++depth;
    } else if (!quoted && head[at] == '}' && --depth == 0) {
      return head.substr(begin, at + 1 - begin);
    }
  }
  return head.substr(begin);
}

/// What a record in JSON is one of, by its fields.
std::optional<HistoryFormat> sniff_record(const std::string& head, const std::string& one) {
  const auto has = [&](std::string_view name) {
    return contains(one, "\"" + std::string(name) + "\"");
  };
  if ((has("message") || has("msg")) && (has("level") || contains(one, "\"logger"))) {
    return HistoryFormat::jepsen_log;
  }
  const bool timed = (has("call") && has("input")) || (has("Call") && has("Input"));
  if (timed && !contains(head, "\"process\"")) return HistoryFormat::porcupine_json;
  if (has("type") || contains(head, "\"process\"")) return HistoryFormat::jepsen_json;
  if (has("h") || has("e")) return HistoryFormat::ndjson;
  return std::nullopt;
}

/// By the first characters that are no blanks; nothing if they fit no format.
std::optional<HistoryFormat> sniff(InputText& input) {
  const std::string head = input.look_ahead(4'096);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return HistoryFormat::ndjson;
  if (head.size() > 5 && head.compare(first, 6, "JEPSEN") == 0) {
    input.fail("this is Jepsen's binary store, not a history",
               "export the history from Jepsen as EDN: history.edn");
  }
  if (begins_with_vector(head, first)) return HistoryFormat::jepsen_edn;
  const std::size_t record = head.find('{', first);
  const bool begins_with_record = record == first;
  const char bracket = head[first];
  if (begins_with_record || bracket == '[' || bracket == '(' || bracket == '#' || bracket == ';') {
    if (record == std::string::npos) {
      return bracket == '[' ? HistoryFormat::jepsen_json : HistoryFormat::jepsen_edn;
    }
    const std::size_t inside = head.find_first_not_of(" \t\r\n", record + 1);
    if (inside != std::string::npos && (head[inside] == ':' || head[inside] == ',')) {
      return HistoryFormat::jepsen_edn;
    }
    return sniff_record(head, record_at(head, record));
  }
  if (contains(head, "jepsen.util") || contains(head, "invoke")) return HistoryFormat::jepsen_log;
  if (contains(head, "INFO") || contains(head, "WARN")) return HistoryFormat::jepsen_log;
  return std::nullopt;
}

}  // namespace

std::string format_name(HistoryFormat format) {
  for (const NamedFormat& known : formats) {
    if (known.format == format) return std::string(known.name);
  }
  return {};
}

std::optional<HistoryFormat> find_format(std::string_view name) {
  for (const NamedFormat& known : formats) {
    if (known.name == name) return known.format;
  }
  return std::nullopt;
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  names.reserve(formats.size());
  for (const NamedFormat& known : formats) names.emplace_back(known.name);
  return names;
}

std::uint64_t ImportedHistory::completed() const {
  if (!transactional) return history.completed();
  return static_cast<std::uint64_t>(std::count_if(
      transactions.begin(), transactions.end(), [](const checkers::Transaction& transaction) {
        return transaction.outcome == checkers::Transaction::Outcome::committed;
      }));
}

bool is_of_ids(std::string_view model) { return model == "unique-ids"; }

bool is_transaction_model(std::string_view model) {
  return model == "list-append" || model == "rw-register" || is_of_ids(model);
}

namespace {

ImportedHistory import_from(InputText& input, const ImportSettings& settings) {
  ImportedHistory imported;
  imported.model = settings.model;
  imported.initial = settings.initial;
  const auto format = settings.format ? settings.format : sniff(input);
  if (!format) {
    input.fail("this looks like none of the known formats",
               "name it: --format " + engine::comma_list(format_names()));
  }
  imported.format = *format;
  const bool plain = *format == HistoryFormat::ndjson || *format == HistoryFormat::porcupine_json;
  if (plain && settings.key) input.fail("--key is for histories of Jepsen", "leave --key out");
  switch (*format) {
    case HistoryFormat::ndjson:
      import_ndjson(input, settings, imported);
      break;
    case HistoryFormat::porcupine_json:
      import_porcupine(input, settings, imported);
      break;
    case HistoryFormat::jepsen_edn:
    case HistoryFormat::jepsen_log:
    case HistoryFormat::jepsen_json:
      import_jepsen(input, settings, imported);
      break;
  }
  if (imported.initial && imported.type != nullptr) begin_with(*imported.initial, imported);
  return imported;
}

}  // namespace

ImportedHistory import_history(InputText input, const ImportSettings& settings) {
  checkers::Patience patience([&]() -> std::string {
    std::string reason = settings.stop ? settings.stop() : std::string();
    if (reason.empty()) return reason;
    return reason + ", reached when the history was read up to line " +
           std::to_string(input.line());
  });
  input.spend_from(patience);
  input.limit_memory(settings.max_memory_bytes);
  // A byte order mark says nothing.
  if (input.look_ahead(3) == "\xef\xbb\xbf") {
    for (int byte = 0; byte < 3; ++byte) input.take();
  }
  return import_from(input, settings);
}

}  // namespace stampede::histories
