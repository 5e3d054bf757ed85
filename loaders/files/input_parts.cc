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

std::string ShownWhole(const InputParts& found) {
  return found.whole.shown_name.empty() ? Shown(found.whole.path) : found.whole.shown_name;
}

// Engines begin the names of what is no table so: _SUCCESS, _temporary, .part-0.crc.
bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return !name.empty() && (name[0] == '.' || name[0] == '_');
}

// Whether a hidden name is one that engines and systems write, so that nobody misses it.
bool IsMarker(const std::string& name) {
  for (const char* const begin : {"_SUCCESS", "_temporary", "_committed_", "_started_", "_metadata",
                                  "_common_metadata", "_delta_log", ".DS_Store", ".nfs", "._"}) {
    if (absl::StartsWith(name, begin)) return true;
  }
  return absl::EndsWith(name, ".crc");
}

// Collects the hidden names of an input.
class HiddenNames {
 public:
  void Add(const fs::path& path) {
    const std::string name = path.filename().string();
    if (IsMarker(name) || ++count_ > kShown) return;
    absl::StrAppend(&names_, names_.empty() ? "" : ", ", Shown(name));
  }
  void Note(InputParts& found) const {
    if (count_ == 0) return;
    found.notes.push_back(
        absl::StrCat(names_, count_ > kShown ? absl::StrCat(" and ", count_ - kShown, " more") : "",
                     count_ == 1 ? " is" : " are",
                     " left out, since a name that begins with . or _ is no table's: rename ",
                     count_ == 1 ? "it if it is one" : "those that are"));
  }

 private:
  static constexpr size_t kShown = 3;
  size_t count_ = 0;
  std::string names_;
};

// Names under which a file lies while it is written.
bool IsUnfinished(const std::string& path) {
  for (const char* const end : {"._COPYING_", ".tmp", ".inprogress", ".partial", ".crdownload"}) {
    if (absl::EndsWithIgnoreCase(path, end)) return true;
  }
  return false;
}

// An input being searched for its files.
struct Search {
  InputParts found;
  std::set<std::string> folders;  // where a _SUCCESS must lie
  HiddenNames hidden;
};

absl::Status CannotRead(const std::string& path, const std::error_code& error) {
  return absl::ErrnoToStatus(error.value(), absl::StrCat("the directory ", Shown(path), " can't be read"));
}

absl::Status AddPart(const fs::path& path, std::string name, InputParts& found) {
  if (IsUnfinished(path.string())) {
    return absl::FailedPreconditionError(
        absl::StrCat(Shown(path.string()),
                     " is still being copied or written, by its name: load when all files "
                     "have theirs, or remove it if it was left behind"));
  }
  if (found.parts.size() == kMaxParts) {
    return absl::InvalidArgumentError(absl::StrCat(ShownWhole(found), " has more than ", kMaxParts,
                                                   " files: name a folder in it, or put files together"));
  }
  std::error_code error;
  const uint64_t bytes = fs::file_size(path, error);
  found.parts.push_back({{path.string()}, std::move(name), error ? 0 : bytes});
  return absl::OkStatus();
}

// Adds the files in the folder `path` and those below it. `prefix`: of their names.
absl::Status AddFolder(const fs::path& path, const std::string& prefix, Search& search) {
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    if (IsHidden(entry->path())) {
      search.hidden.Add(entry->path());
      continue;
    }
    const std::string name = prefix + entry->path().filename().string();
    std::error_code ignored;
    if (entry->is_symlink(ignored) && entry->is_directory(ignored)) {
      return absl::FailedPreconditionError(absl::StrCat(
          Shown(entry->path().string()),
          " is a link to a folder, whose files may be in the input already: name that folder, or "
          "remove the link"));
    }
    if (entry->is_directory(ignored)) {
      RETURN_IF_ERROR(AddFolder(entry->path(), name + "/", search));
    } else if (entry->is_regular_file(ignored)) {
      RETURN_IF_ERROR(AddPart(entry->path(), name, search.found));
    } else {
      return absl::FailedPreconditionError(
          absl::StrCat(Shown(entry->path().string()),
                       " is no file that can be read, and without it the input may lack records: mend its "
                       "link, or remove it"));
    }
  }
  return error ? CannotRead(path.string(), error) : absl::OkStatus();
}

absl::Status AddMatches(const std::string& pattern, Search& search) {
  glob_t matches = {};
  const int result = glob(pattern.c_str(), GLOB_NOSORT | GLOB_ERR, nullptr, &matches);
  const std::vector<std::string> paths(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  globfree(&matches);
  if (result != 0 && result != GLOB_NOMATCH) {
    return absl::UnavailableError(absl::StrCat("the folders of ", Shown(pattern), " can't be read"));
  }
  for (const std::string& path : paths) {
    if (IsHidden(path)) {
      search.hidden.Add(path);
    } else if (fs::is_directory(path)) {
      search.folders.insert(fs::path(path).parent_path().string());
      RETURN_IF_ERROR(AddFolder(path, path + "/", search));
    } else {
      search.folders.insert(fs::path(path).parent_path().string());
      RETURN_IF_ERROR(AddPart(path, path, search.found));
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

// Adds the dates of a file's path, as it is given and as it is when links are followed.
absl::Status AddDatesOf(const std::string& path, std::set<std::string>& dates) {
  RETURN_IF_ERROR(AddDates(path, dates));
  std::error_code unknown;
  const fs::path real = fs::weakly_canonical(fs::absolute(path, unknown), unknown);
  return unknown ? absl::OkStatus() : AddDates(real.string(), dates);
}

absl::Status FindDate(InputParts& found) {
  std::set<std::string> dates;
  const std::string *dated = nullptr, *undated = nullptr;
  const auto add = [&](const std::string& path) {
    std::set<std::string> of_file;
    RETURN_IF_ERROR(AddDatesOf(path, of_file));
    (of_file.empty() ? undated : dated) = &path;
    dates.merge(of_file);
    return absl::OkStatus();
  };
  if (found.parts.empty() && found.whole.path != "-") RETURN_IF_ERROR(add(found.whole.path));
  for (const InputPart& part : found.parts) RETURN_IF_ERROR(add(part.input.path));
  if (dates.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(ShownWhole(found), " has files of several dates, ",
                                                   *dates.begin(), " and ", *std::next(dates.begin()),
                                                   dates.size() > 2 ? " among them" : "",
                                                   ": a load has one; name the folder of one date"));
  }
  if (dated != nullptr && undated != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(ShownWhole(found), " has files of the date ", *dates.begin(), ", such as ",
                     Shown(*dated), ", and files without one, such as ", Shown(*undated),
                     ": a load has one date; name the folder of the date, or load the others by themselves"));
  }
  if (!dates.empty()) found.date = *dates.begin();
  return absl::OkStatus();
}

absl::Status CheckSuccess(const std::set<std::string>& folders) {
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

absl::Status CheckNamedOnce(const InputParts& found) {
  std::set<std::string> seen;
  for (const InputPart& part : found.parts) {
    if (seen.insert(part.input.path).second) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        Shown(part.input.path), " is named twice, so that its records would count twice: name it once"));
  }
  return absl::OkStatus();
}

// `several`: it is not the only path.
absl::Status AddPath(const std::string& path, bool several, Search& search) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    search.folders.insert(path);
    RETURN_IF_ERROR(AddFolder(path, several ? (fs::path(path) / "").string() : "", search));
    return absl::OkStatus();
  }
  if (NamesSeveral(path)) return AddMatches(path, search);
  search.folders.insert(fs::path(path).parent_path().string());
  if (!several) return absl::OkStatus();
  if (path == "-") {
    return absl::InvalidArgumentError("standard input is loaded alone: name files, or - and no file");
  }
  if (!fs::exists(path, ignored)) {
    return absl::NotFoundError(
        absl::StrCat("there is no file ", Shown(path), ": look whether its name is right"));
  }
  return AddPart(path, path, search.found);
}

absl::Status NoFile(const std::string& path) {
  std::error_code ignored;
  constexpr char kHidden[] = "; names that begin with . or _ don't count";
  if (fs::is_directory(path, ignored))
    return absl::NotFoundError(absl::StrCat("the directory ", Shown(path), " has no file to load", kHidden));
  return absl::NotFoundError(absl::StrCat("no file has a name like ", Shown(path), kHidden));
}

}  // namespace

bool NamesSeveral(const std::string& path) {
  std::error_code ignored;
  if (path == "-") return false;
  if (fs::is_directory(path, ignored)) return true;
  return path.find_first_of("*?[") != std::string::npos && !fs::exists(path, ignored);
}

absl::StatusOr<InputParts> FindInputParts(const std::vector<std::string>& paths, bool needs_success) {
  const bool several = paths.size() > 1;
  Search search;
  InputParts& found = search.found;
  found.whole.path = paths.front();
  if (several)
    found.whole.shown_name = absl::StrCat(Shown(paths.front()), " and ", paths.size() - 1, " more");
  if (!several && paths.front() == "-") {
    if (!needs_success) return found;
    return absl::InvalidArgumentError(
        "standard input has no _SUCCESS beside it: name the directory, or leave --success-file out");
  }
  for (const std::string& path : paths) {
    const size_t before = found.parts.size();
    RETURN_IF_ERROR(AddPath(path, several, search));
    if (found.parts.size() > before || !NamesSeveral(path)) continue;
    if (needs_success) RETURN_IF_ERROR(CheckSuccess(search.folders));
    return NoFile(path);
  }
  if (needs_success) RETURN_IF_ERROR(CheckSuccess(search.folders));
  std::sort(found.parts.begin(), found.parts.end(),
            [](const InputPart& a, const InputPart& b) { return a.name < b.name; });
  if (several) RETURN_IF_ERROR(CheckNamedOnce(found));
  RETURN_IF_ERROR(FindDate(found));
  search.hidden.Note(found);
  return std::move(search.found);
}

}  // namespace muster::loaders
