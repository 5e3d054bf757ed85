#include "clients/cli/help_layout.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/display_width.h"

namespace muster::cli {
namespace {

constexpr size_t kNames = 2;     // where names begin
constexpr size_t kRemarks = 27;  // where what they are for begins

// `name` and, from a fixed column on, `remark`: beside it where it fits, else below.
std::string Entry(const std::string& name, const std::string& remark) {
  std::string text = std::string(kNames, ' ') + name;
  const size_t width = kNames + DisplayWidth(name);
  if (remark.empty()) return text + "\n";
  if (width + 2 > kRemarks) {
    absl::StrAppend(&text, "\n", std::string(kRemarks, ' '));
  } else {
    text.append(kRemarks - width, ' ');
  }
  return absl::StrCat(text, Wrapped(remark, kRemarks, kRemarks), "\n");
}

std::string NamesOf(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : options) names.push_back(option->get_name());
  std::sort(names.begin(), names.end());
  return absl::StrJoin(names, ", ");
}

}  // namespace

std::string Wrapped(absl::string_view text, size_t column, size_t indent, size_t width) {
  std::string wrapped;
  for (const auto line : absl::StrSplit(text, '\n')) {
    if (line.data() != text.data()) {
      wrapped.push_back('\n');
      column = 0;
    }
    bool first = true;
    for (const absl::string_view word : absl::StrSplit(line, ' ')) {
      const size_t wide = DisplayWidth(word);
      if (!first && column + 1 + wide > width) {
        absl::StrAppend(&wrapped, "\n", std::string(indent, ' '));
        column = indent;
      } else if (!first) {
        wrapped.push_back(' ');
        ++column;
      }
      absl::StrAppend(&wrapped, word);
      column += wide;
      first = false;
    }
  }
  return wrapped;
}

HelpLayout::HelpLayout() { column_width(kRemarks); }

std::string HelpLayout::make_description(const CLI::App* app) const {
  return Wrapped(app->get_description(), 0, 0) + "\n";
}

std::string HelpLayout::make_option(const CLI::Option* option, bool is_positional) const {
  std::vector<std::string> remarks = {option->get_description()};
  if (option->get_required()) remarks.push_back("Must be given.");
  if (!option->get_default_str().empty())
    remarks.push_back(absl::StrCat("Default: ", option->get_default_str(), "."));
  if (!option->get_envname().empty())
    remarks.push_back(absl::StrCat("Or in the environment: ", option->get_envname(), "."));
  if (!option->get_excludes().empty())
    remarks.push_back(absl::StrCat("Not with ", NamesOf(option->get_excludes()), "."));
  for (std::string& remark : remarks) {
    if (!remark.empty() && remark.back() != '.') remark.push_back('.');
  }
  return Entry(make_option_name(option, is_positional) + make_option_opts(option),
               absl::StrJoin(remarks, " "));
}

std::string HelpLayout::make_option_opts(const CLI::Option* option) const {
  const bool takes_value = option->get_type_size() != 0 && !option->get_type_name().empty();
  return takes_value ? " " + option->get_type_name() : "";
}

std::string HelpLayout::make_subcommand(const CLI::App* command) const {
  return Entry(command->get_name(), command->get_description());
}

}  // namespace muster::cli
