// stampede export: a stored run in the format of another tool.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <sstream>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/stored_run.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "explain/exports/exports.hpp"

namespace stampede::cli {
namespace {

struct ExportFlags {
  StoredRun stored;
  std::string format;
  std::string out;
};

/// `dot       Graphviz: what follows from what`, a line each.
std::string format_list() {
  std::string list = "Formats:";
  for (const explain::ExportFormat& format : explain::export_formats())
    list += "\n  " + std::string(format.name) + std::string(12 - format.name.size(), ' ') +
            std::string(format.about);
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
  const explain::ExportFormat& format = explain::export_format(flags.format);
  if (common.json && flags.out.empty())
    throw engine::InputError("--json and the export would both be written to the standard output",
                             "name a file for the export: --out FILE");
  Outputs outputs({flags.stored.database});
  OutputFile file(outputs, "--out", flags.out);
  const traces::Store store = traces::Store::open_read_only(flags.stored.database);
  const traces::RunRecord record = flags.stored.load(store);
  std::optional<explain::Tape> tape = taped(record, common);
  if (!tape) return exit_undecided;
  std::ostringstream text;
  explain::export_run(*tape, format, text);
  const std::string written = text.str();
  if (file) {
    file.stream() << written;
    file.finish();
    if (common.json) print_json(flags, record, written.size());
  } else {
    std::fwrite(written.data(), 1, written.size(), stdout);
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
