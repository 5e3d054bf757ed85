#include "loaders/files/input_parts.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "index/status/status_macros.h"
#include "text/abseil_text.h"
#include "text/civil_text.h"
#include "text/controls.h"

namespace muster::loaders {
namespace {

namespace fs = std::filesystem;

constexpr char kSuccess[] = "_SUCCESS";

std::string Shown(const std::string& path) { return absl::StrCat("'", EscapeUnseen(path), "'"); }

// Engines begin the names of what is no table so: _SUCCESS, _temporary, .part-0.crc.
bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.empty() && (name[0] == '.' || name[0] == '_');
}

absl::Status CannotRead(const std::string& path, const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(), absl::StrCat("the directory ", Shown(path), " can't be read"));
}

absl::Status AddPart(const fs::path& path, std::string name, InputParts& found) {
  if (absl::EndsWith(path.string(), "._COPYING_")) {
    return absl::FailedPreconditionError(
        absl::StrCat(Shown(path.string()), " is still being copied: load when all files have their names"));
  }
  if (found.parts.size() == kMaxParts) {
    return absl::InvalidArgumentError(absl::StrCat(Shown(found.whole.path), " has more than ", kMaxParts,
                                                   " files: name a folder in it, or put files together"));
  }
  std::error_code error;
  const uint64_t bytes = fs::file_size(path, error);
  found.parts.push_back({{path.string()}, std::move(name), error ? 0 : bytes});
  return absl::OkStatus();
}

// Adds the files in the folder `path` and those below it. `prefix`: of their names.
absl::Status AddFolder(const fs::path& path, const std::string& prefix, InputParts& found) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    if (IsHidden(entry->path())) continue;
    const std::string name = prefix + entry->path().filename().string();
    std::error_code ignored;
    if (entry->is_symlink(ignored) && entry->is_directory(ignored)) {
      return absl::FailedPreconditionError(absl::StrCat(
          Shown(entry->path().string()),
          " is a link to a folder, whose files may be in the input already: name that folder, or "
          "remove the link"));
    }
    if (entry->is_directory(ignored)) {
      RETURN_IF_ERROR(AddFolder(entry->path(), name + "/", found));
    } else if (entry->is_regular_file(ignored)) {
      RETURN_IF_ERROR(AddPart(entry->path(), name, found));
    } else {
      return absl::FailedPreconditionError(
          absl::StrCat(Shown(entry->path().string()),
                       " is no file that can be read, and without it the input may lack records: mend its "
                       "link, or remove it"));
    }
  }
  return error ? CannotRead(path.string(), error) : absl::OkStatus();
}

absl::Status AddMatches(const std::string& pattern, InputParts& found) {
  glob_t matches = {};
  const int result = glob(pattern.c_str(), GLOB_NOSORT | GLOB_ERR, nullptr, &matches);
  const std::vector<std::string> paths(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  globfree(&matches);
  if (result != 0 && result != GLOB_NOMATCH) {
    return absl::UnavailableError(absl::StrCat("the folders of ", Shown(pattern), " can't be read"));
  }
  for (const std::string& path : paths) {
    if (IsHidden(path)) continue;
    if (fs::is_directory(path)) {
      RETURN_IF_ERROR(AddFolder(path, path + "/", found));
    } else {
      RETURN_IF_ERROR(AddPart(path, path, found));
    }
  }
  return absl::OkStatus();
}

// The date that `dt=` gives in a component of a path: 2026-11-22 or 20261122. Empty: it is none.
std::optional<std::string> DateOf(absl::string_view value) {
  std::string text(value);
  if (text.size() == 8) text = absl::StrCat(text.substr(0, 4), "-", text.substr(4, 2), "-", text.substr(6));
  if (!ParseDate(text).has_value()) return std::nullopt;
  return text;
}

absl::Status AddDates(const std::string& path, std::set<std::string>& dates) {
  for (absl::string_view component : absl::StrSplit(path, '/')) {
    if (!absl::ConsumePrefix(&component, "dt=")) continue;
    const std::optional<std::string> date = DateOf(component);
    if (!date) {
      return absl::InvalidArgumentError(absl::StrCat(
          Shown(path), " has 'dt=", EscapeUnseen(FromAbseil(component)),
          "' in its path, which is no date such as dt=2026-11-22; move the files, or name another folder"));
    }
    dates.insert(*date);
  }
  return absl::OkStatus();
}

absl::Status FindDate(InputParts& found) {
  std::set<std::string> dates;
  if (found.parts.empty()) RETURN_IF_ERROR(AddDates(found.whole.path, dates));
  for (const InputPart& part : found.parts) RETURN_IF_ERROR(AddDates(part.input.path, dates));
  if (dates.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(Shown(found.whole.path), " has files of several dates, ",
                                                   *dates.begin(), " and ", *std::next(dates.begin()),
                                                   dates.size() > 2 ? " among them" : "",
                                                   ": a load has one; name the folder of one date"));
  }
  if (!dates.empty()) found.date = *dates.begin();
  return absl::OkStatus();
}

absl::Status CheckSuccess(const InputParts& found, bool is_folder) {
  std::set<std::string> folders;
  if (is_folder || found.parts.empty()) {
    const fs::path whole(found.whole.path);
    folders.insert((is_folder ? whole : whole.parent_path()).string());
  } else {
    for (const InputPart& part : found.parts)
      folders.insert(fs::path(part.input.path).parent_path().string());
  }
  for (const std::string& folder : folders) {
    std::error_code ignored;
    if (fs::exists(fs::path(folder) / kSuccess, ignored)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(Shown(folder.empty() ? "." : folder),
                     " has no file _SUCCESS, which --success-file or success_file: asks for: the job that "
                     "writes it has not "
                     "ended; load again when it has"));
  }
  return absl::OkStatus();
}

}  // namespace

bool NamesSeveral(const std::string& path) {
  std::error_code ignored;
  if (path == "-") return false;
  if (fs::is_directory(path, ignored)) return true;
  return path.find_first_of("*?[") != std::string::npos && !fs::exists(path, ignored);
}

absl::StatusOr<InputParts> FindInputParts(const std::string& path, bool needs_success) {
  InputParts found;
  found.whole.path = path;
  if (path == "-") {
    if (!needs_success) return found;
    return absl::InvalidArgumentError(
        "standard input has no _SUCCESS beside it: name the directory, or leave --success-file out");
  }
  std::error_code ignored;
  const bool is_folder = fs::is_directory(path, ignored);
  if (is_folder) {
    RETURN_IF_ERROR(AddFolder(path, "", found));
  } else if (NamesSeveral(path)) {
    RETURN_IF_ERROR(AddMatches(path, found));
  }
  if (needs_success) RETURN_IF_ERROR(CheckSuccess(found, is_folder));
  if (found.parts.empty() && NamesSeveral(path)) {
    return absl::NotFoundError(is_folder ? absl::StrCat("the directory ", Shown(path),
                                                        " has no file to load; names that begin with . or _ "
                                                        "don't count")
                                         : absl::StrCat("no file has a name like ", Shown(path),
                                                        "; names that begin with . or _ don't count"));
  }
  std::sort(found.parts.begin(), found.parts.end(),
            [](const InputPart& a, const InputPart& b) { return a.name < b.name; });
  RETURN_IF_ERROR(FindDate(found));
  return found;
}

}  // namespace muster::loaders
