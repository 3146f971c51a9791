// stampede export: a stored run in the format of another tool.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/stored_run.hpp"
#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "explain/exports/exports.hpp"
#include "viewer/page.hpp"

namespace stampede::cli {
namespace {

struct ExportFlags {
  StoredRun stored;
  std::string format;
  std::string out;
};

/// What writes the whole run, and what it is for. Nothing is written if a signal comes first.
struct Format {
  std::string name;
  std::string about;
  std::function<std::optional<std::string>(const traces::RunRecord&, const CommonFlags&)> write;
};

std::optional<std::string> exported(const explain::ExportFormat& format,
                                    const traces::RunRecord& record, const CommonFlags& common) {
  std::optional<explain::Tape> tape = taped(record, common);
  if (!tape) return std::nullopt;
  std::ostringstream text;
  explain::export_run(*tape, format, text);
  return text.str();
}

std::optional<std::string> page(const traces::RunRecord& record, const CommonFlags& common) {
  viewer::Account account(record, rerun_settings(common));
  return viewer::page_of(account);
}

/// All of them, by name.
std::vector<Format> formats() {
  std::vector<Format> all = {{"html", "any browser: the viewer with the run inside", &page}};
  for (const explain::ExportFormat& format : explain::export_formats()) {
    all.push_back({std::string(format.name), std::string(format.about),
                   [&format](const traces::RunRecord& record, const CommonFlags& common) {
                     return exported(format, record, common);
                   }});
  }
  std::sort(all.begin(), all.end(),
            [](const Format& left, const Format& right) { return left.name < right.name; });
  return all;
}

/// InputError if there is none of that name.
Format format_of(const std::string& name) {
  std::vector<std::string> known;
  for (Format& format : formats()) {
    if (format.name == name) return std::move(format);
    known.push_back(format.name);
  }
  engine::fail_unknown({}, "format", name, known);
}

/// `dot       Graphviz: what follows from what`, a line each.
std::string format_list() {
  std::string list = "Formats:";
  for (const Format& format : formats())
    list += "\n  " + format.name + std::string(12 - format.name.size(), ' ') + format.about;
  return list;
}

void print_json(const ExportFlags& flags, const traces::RunRecord& record, std::size_t bytes) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("run_id").integer(record.id);
  json.key("format").text(flags.format);
  json.key("file").text(flags.out);
  json.key("bytes").unsigned_integer(bytes);
  json.key("exit_status").integer(exit_ok);
  write_build(json);
  json.end_object();
  std::printf("%s\n", json.str().c_str());
}

int execute(const ExportFlags& flags, const CommonFlags& common) {
  const Format format = format_of(flags.format);
  if (common.json && flags.out.empty())
    throw engine::InputError("--json and the export would both be written to the standard output",
                             "name a file for the export: --out FILE");
  Outputs outputs({flags.stored.database});
  OutputFile file(outputs, "--out", flags.out);
  const traces::Store store = traces::Store::open_read_only(flags.stored.database);
  const traces::RunRecord record = flags.stored.load(store);
  const std::optional<std::string> written = format.write(record, common);
  if (!written) {
    std::fprintf(stderr, "interrupted: nothing is written\n");
    return exit_undecided;
  }
  if (file) {
    file.stream() << *written;
    file.finish();
    if (common.json) print_json(flags, record, written->size());
  } else {
    std::fwrite(written->data(), 1, written->size(), stdout);
  }
  outputs.tell();
  return outputs.status(exit_ok);
}

}  // namespace

Run add_export(CLI::App& app, CommonFlags& common) {
  CLI::App* command =
      app.add_subcommand("export", "Write a stored run in the format of another tool");
  auto flags = std::make_shared<ExportFlags>();
  add_stored_run(*command, flags->stored);
  command->add_option("--format", flags->format, "One of the formats below")->required();
  command->add_option("--out", flags->out, "File to write (default: the standard output)");
  command->footer(format_list());
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli
