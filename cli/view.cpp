// stampede view: stored runs in the browser, or one of them as a file for it.
#include <spawn.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "cli/output.hpp"
#include "cli/stored_run.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "viewer/page.hpp"
#include "viewer/server.hpp"

namespace stampede::cli {
namespace {

struct ViewFlags {
  StoredRun stored;
  std::uint64_t port = 0;
  bool open = false;
  std::string html;
};

/// Where the page begins: at a run, or, where none is asked for and none is there, at all of them.
std::string fragment(const ViewFlags& flags, const traces::Store& store) {
  if (flags.stored.is_left_open() && !store.default_run()) return "";
  return "#run=" + std::to_string(flags.stored.chosen(store));
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
  const std::string place = fragment(flags, traces::Store::open_read_only(flags.stored.database));
  viewer::ServerSettings settings;
  settings.database = flags.stored.database;
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
  Outputs outputs({flags.stored.database});
  OutputFile file(outputs, "--html", flags.html);
  const traces::Store store = traces::Store::open_read_only(flags.stored.database);
  const traces::RunRecord record = flags.stored.load(store);
  viewer::Account account(record, rerun_settings(common));
  const std::optional<std::string> page = viewer::page_of(account);
  if (!page) return exit_undecided;
  file.stream() << *page;
  file.finish();
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("run_id").integer(record.id);
    json.key("html").text(flags.html);
    json.key("bytes").unsigned_integer(page->size());
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    std::printf("run %lld in %s, %s bytes\n", static_cast<long long>(record.id), flags.html.c_str(),
                grouped(page->size()).c_str());
  }
  outputs.tell();
  return outputs.status(exit_ok);
}

}  // namespace

Run add_view(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("view", "Show stored runs in the browser");
  auto flags = std::make_shared<ViewFlags>();
  add_stored_run(*command, flags->stored);
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
