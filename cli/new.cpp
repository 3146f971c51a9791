// stampede new: a protocol to start from, with scenarios and tests, as a project of its own.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "cli/command.hpp"
#include "cli/starter.hpp"
#include "engine/core/json.hpp"

namespace stampede::cli {
namespace {

namespace fs = std::filesystem;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// The text with the protocol's name: as namespaces, properties and macros have it.
std::string named(std::string_view text, const std::string& name) {
  std::string kebab = name;
  std::replace(kebab.begin(), kebab.end(), '_', '-');
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  std::string result = replaced(std::string(text), "one_leader", name);
  result = replaced(std::move(result), "one-leader", kebab);
  return replaced(std::move(result), "ONE_LEADER", upper);
}

void require_usable(const std::string& name, const Program& program) {
  const auto is_letter = [](char one) { return one >= 'a' && one <= 'z'; };
  const bool plain = !name.empty() && is_letter(name.front()) && name.back() != '_' &&
                     name.find("__") == std::string::npos &&
                     std::all_of(name.begin(), name.end(), [&](char one) {
                       return is_letter(one) || (one >= '0' && one <= '9') || one == '_';
                     });
  if (!plain)
    throw engine::InputError(
        "'" + name + "' cannot be the name of a protocol",
        "write it in small letters, digits and underscores: chain_replication");
  if (models::find_model(program.models, name) != nullptr)
    throw engine::InputError("there is a model '" + name + "' already",
                             "its sources are in models/" + name);
  if (fs::exists(name))
    throw engine::InputError("'" + name + "' exists already", "choose another name, or folder");
}

void write(const fs::path& path, const std::string& text) {
  std::error_code without_folder;  // then there is no file either
  fs::create_directories(path.parent_path(), without_folder);
  std::ofstream out(path);
  out << text;
  out.close();
  if (!out)
    throw engine::InputError("cannot write " + path.string(),
                             "is there room, and may the folder be written?");
}

int execute(const std::string& name, const CommonFlags& common) {
  require_usable(name, common.program);
  std::vector<std::string> written;
  for (const StarterFile& file : starter_files()) {
    const fs::path path = fs::path(name) / named(file.path, name);
    write(path, named(file.text, name));
    written.push_back(path.string());
  }
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("written");
    engine::write(json, written);
    json.key("exit_status").integer(exit_ok);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
  } else if (!common.quiet) {
    for (const std::string& path : written) std::printf("wrote %s\n", path.c_str());
    std::printf(
        "build:  cmake -S %s -B %s/build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "
        "-DCMAKE_PREFIX_PATH=PREFIX && ninja -C %s/build\n"
        "        where PREFIX is what 'cmake --install build/release --prefix PREFIX' filled\n"
        "test:   ctest --test-dir %s/build\n"
        "run:    %s/build/%s run %s/scenarios/swarm.yaml\n",
        name.c_str(), name.c_str(), name.c_str(), name.c_str(), name.c_str(), name.c_str(),
        name.c_str());
  }
  return exit_ok;
}

}  // namespace

Run add_new(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "new", "Write a protocol to start from: its model, scenarios and tests, in a folder NAME");
  auto name = std::make_shared<std::string>();
  command->add_option("NAME", *name, "In small letters: chain_replication")->required();
  return [name, &common] { return execute(*name, common); };
}

}  // namespace stampede::cli
