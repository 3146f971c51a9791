#include "models/service/table.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {
namespace {

struct ApplyTableCall {
  std::map<std::string, table::Row>& rows;

  TableResult operator()(const table::Get& get) const {
    const auto found = rows.find(get.key);
    return {table::Found{found == rows.end() ? std::nullopt : std::optional(found->second)}};
  }
  TableResult operator()(const table::Insert& insert) const {
    return {table::Done{rows.emplace(insert.key, insert.row).second}};
  }
  TableResult operator()(const table::Update& update) const {
    const auto found = rows.find(update.key);
    if (found == rows.end()) return {table::Done{false}};
    for (const auto& [attribute, value] : update.row.attributes)
      found->second.attributes[attribute] = value;
    return {table::Done{}};
  }
  TableResult operator()(const table::Delete& removal) const {
    return {table::Done{rows.erase(removal.key) > 0}};
  }
  TableResult operator()(const table::Search& search) const {
    table::Matches matches;
    for (const auto& [key, row] : rows) {
      const auto attribute = row.attributes.find(search.attribute);
      if (attribute != row.attributes.end() && attribute->second == search.value)
        matches.keys.push_back(key);
    }
    return {matches};
  }
};

/// `[key, { attribute: value }]`.
std::pair<std::string, table::Row> key_and_row(const OperationForm& form) {
  const engine::Document* pair = form.argument;
  const bool fits = pair != nullptr && pair->is_sequence() && pair->items.size() == 2;
  if (!fits) {
    form.whole->fail("'" + form.name + "' takes [key, row]",
                     "write { " + form.name + ": [key, { attribute: value }] }");
  }
  std::pair<std::string, table::Row> written;
  written.first = pair->items[0].scalar("a key");
  read_value(pair->items[1], written.second);
  return written;
}

void write_key_and_row(engine::JsonWriter& writer, std::string_view name, const std::string& key,
                       const table::Row& row) {
  writer.begin_object();
  writer.key(name).begin_array();
  writer.text(key);
  write_value(writer, row);
  writer.end_array();
  writer.end_object();
}

struct WriteTableCall {
  engine::JsonWriter& writer;

  void operator()(const table::Get& get) const { write_form(writer, "get", get.key); }
  void operator()(const table::Insert& insert) const {
    write_key_and_row(writer, "insert", insert.key, insert.row);
  }
  void operator()(const table::Update& update) const {
    write_key_and_row(writer, "update", update.key, update.row);
  }
  void operator()(const table::Delete& removal) const { write_form(writer, "delete", removal.key); }
  void operator()(const table::Search& search) const {
    write_form(writer, "search", {search.attribute, search.value});
  }
};

}  // namespace

namespace table {

void write_value(engine::JsonWriter& writer, const Row& row) {
  writer.begin_object();
  for (const auto& [attribute, value] : row.attributes) writer.key(attribute).text(value);
  writer.end_object();
}

void read_value(const engine::Document& document, Row& row) {
  document.expect_mapping("a row: attributes with their values");
  for (const engine::Document::Entry& entry : document.entries)
    row.attributes[entry.key] = entry.value.scalar("the value of an attribute");
}

}  // namespace table

TableResult Table::apply(const TableOperation& operation) {
  return std::visit(ApplyTableCall{rows}, operation.call);
}

std::optional<std::vector<std::string_view>> Table::keys(const TableOperation& operation) {
  return std::visit(
      [](const auto& call) -> std::optional<std::vector<std::string_view>> {
        if constexpr (requires { call.key; }) {
          return std::vector<std::string_view>{call.key};
        } else {
          return std::nullopt;
        }
      },
      operation.call);
}

bool Table::is_pure(const TableOperation& operation, const TableResult& result) {
  if (std::holds_alternative<table::Get>(operation.call) ||
      std::holds_alternative<table::Search>(operation.call))
    return true;
  const auto* done = std::get_if<table::Done>(&result.outcome);
  return done != nullptr && !done->ok;
}

TableOperation Table::parse(const engine::Document& document) {
  const OperationForm form =
      read_operation_form(document, {"get", "insert", "update", "delete", "search"});
  if (form.name == "get") return {table::Get{text_argument(form, "key")}};
  if (form.name == "delete") return {table::Delete{text_argument(form, "key")}};
  if (form.name == "search") {
    const auto texts = text_arguments(form, {"attribute", "value"});
    return {table::Search{texts[0], texts[1]}};
  }
  auto [key, row] = key_and_row(form);
  if (form.name == "insert") return {table::Insert{std::move(key), std::move(row)}};
  return {table::Update{std::move(key), std::move(row)}};
}

std::vector<std::string> Table::kinds() { return {"read", "insert", "update", "delete", "search"}; }

TableOperation Table::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {table::Get{request.key}};
  if (kind == "delete") return {table::Delete{request.key}};
  // Few colors, so that searches find something, and sometimes several rows.
  constexpr std::string_view colors[] = {"red", "green", "blue"};
  const char last = request.unique_value.empty() ? '0' : request.unique_value.back();
  const std::string color(colors[static_cast<unsigned char>(last) % 3]);
  if (kind == "search") return {table::Search{"color", color}};
  const table::Row row{{{"color", color}, {"value", request.unique_value}}};
  if (kind == "insert") return {table::Insert{request.key, row}};
  ASSERT(kind == "update");
  return {table::Update{request.key, row}};
}

void write_value(engine::JsonWriter& writer, const TableOperation& operation) {
  std::visit(WriteTableCall{writer}, operation.call);
}

void write_value(engine::JsonWriter& writer, const TableResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

void write_value(engine::JsonWriter& writer, const Table& store) {
  writer.begin_object();
  for (const auto& [key, row] : store.rows) {
    writer.key(key);
    write_value(writer, row);
  }
  writer.end_object();
}

}  // namespace stampede::models::service
