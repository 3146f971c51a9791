// stampede view: stored runs in the browser, or one of them as a file for it.
#include <spawn.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <thread>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "traces/store.hpp"
#include "viewer/page.hpp"
#include "viewer/server.hpp"

namespace stampede::cli {
namespace {

struct ViewFlags {
  std::string database;
  std::optional<std::uint64_t> run;
  std::optional<std::uint64_t> seed;
  std::uint64_t port = 0;
  bool open = false;
  std::string html;
};

scenarios::RerunSettings rerun_settings(const CommonFlags& common) {
  scenarios::RerunSettings settings;
  settings.interrupted = interrupted;
  settings.models = common.program.models;
  return settings;
}

/// Where the page begins: at a run, or, where none is asked for and none is there, at all of them.
std::string fragment(const ViewFlags& flags, const traces::Store& store) {
  if (!flags.run && !flags.seed && !store.default_run()) return "";
  return "#run=" + std::to_string(store.choose_run(flags.run, flags.seed));
}

/// Has the desktop show it, if there is one.
void open_browser(const std::string& url) {
  std::string program = "xdg-open";
  std::string argument = url;
  char* const arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0) {
    std::fprintf(stderr, "note: there is no xdg-open to open a browser with\n");
    return;
  }
  std::thread([child] { ::waitpid(child, nullptr, 0); }).detach();
}

void tell_url(const std::string& url, const CommonFlags& common) {
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("url").text(url);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    std::printf("%s\nCtrl-C ends it\n", url.c_str());
  }
  std::fflush(stdout);
}

int serve_page(const ViewFlags& flags, const CommonFlags& common) {
  const std::string place = fragment(flags, traces::Store::open_read_only(flags.database));
  viewer::ServerSettings settings;
  settings.database = flags.database;
  settings.port = static_cast<std::uint16_t>(flags.port);
  // Whatever the file has come to be called: the program that runs.
  settings.program = "/proc/self/exe";
  settings.rerun = rerun_settings(common);
  viewer::serve(settings, [&](std::uint16_t port) {
    const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/" + place;
    tell_url(url, common);
    if (flags.open) open_browser(url);
  });
  return exit_ok;
}

int write_page(const ViewFlags& flags, const CommonFlags& common) {
  Outputs outputs({flags.database});
  OutputFile file(outputs, "--html", flags.html);
  const traces::Store store = traces::Store::open_read_only(flags.database);
  const traces::RunRecord record = store.load_run(store.choose_run(flags.run, flags.seed));
  viewer::Account account(record, rerun_settings(common));
  const std::string page = viewer::page_of(account);
  file.stream() << page;
  file.finish();
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("run_id").integer(record.id);
    json.key("html").text(flags.html);
    json.key("bytes").unsigned_integer(page.size());
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    std::printf("run %lld in %s, %s bytes\n", static_cast<long long>(record.id), flags.html.c_str(),
                grouped(page.size()).c_str());
  }
  outputs.tell();
  return outputs.status(exit_ok);
}

}  // namespace

Run add_view(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("view", "Show stored runs in the browser");
  auto flags = std::make_shared<ViewFlags>();
  command->add_option("DB", flags->database, "Database written by run or sweep")->required();
  auto* run = add_number(*command, "--run", flags->run,
                         "Number of the run (default: the newest violated one, else the newest)",
                         {1, INT64_MAX});
  add_number(*command, "--seed", flags->seed, "The newest run with this seed")->excludes(run);
  auto* port =
      add_number(*command, "--port", flags->port,
                 "Where to serve on 127.0.0.1 (default: any port that is free)", {0, 65'535});
  auto* open = command->add_flag("--open", flags->open, "Open the browser, too");
  command
      ->add_option("--html", flags->html,
                   "Write the run as one file that a browser opens by itself, and serve nothing")
      ->excludes(port)
      ->excludes(open);
  return [flags, &common] {
    return flags->html.empty() ? serve_page(*flags, common) : write_page(*flags, common);
  };
}

}  // namespace stampede::cli
