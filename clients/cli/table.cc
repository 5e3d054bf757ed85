#include "clients/cli/table.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/shown_text.h"
#include "text/display_width.h"
#include "text/wrapped_text.h"

namespace muster::cli {
namespace {

constexpr size_t kBetween = 2;  // blanks

using Widths = std::vector<std::optional<size_t>>;

size_t LineWidth(const Widths& widths) {
  size_t line = 0;
  for (const std::optional<size_t>& width : widths) {
    if (width.has_value()) line += *width + (line == 0 ? 0 : kBetween);
  }
  return line;
}

}  // namespace

std::vector<std::optional<size_t>> Table::WidthsIn(size_t room) const {
  Widths widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t widest = DisplayWidth(columns_[i].title);
    for (const auto& line : lines_)
      widest = std::max(widest, DisplayWidth(FitWidth(line[i], columns_[i].widest)));
    widths.push_back(widest);
  }
  // The least width to which a column can be cut.
  const auto least = [&](size_t i) {
    if (columns_[i].narrowest == 0) return *widths[i];
    return std::min(*widths[i], std::max(columns_[i].narrowest, DisplayWidth(columns_[i].title)));
  };
  const auto least_line = [&] {
    Widths cut = widths;
    for (size_t i = 0; i < cut.size(); ++i) {
      if (cut[i].has_value()) cut[i] = least(i);
    }
    return LineWidth(cut);
  };
  for (size_t order = 1; order <= columns_.size(); ++order) {
    for (size_t i = columns_.size(); i > 0 && least_line() > room; --i) {
      if (columns_[i - 1].omitted == order) widths[i - 1].reset();
    }
  }
  for (size_t i = columns_.size(); i > 0; --i) {
    const size_t line = LineWidth(widths);
    if (line <= room || !widths[i - 1].has_value()) continue;
    widths[i - 1] = std::max(least(i - 1), *widths[i - 1] - std::min(*widths[i - 1], line - room));
  }
  return widths;
}

std::string Table::Aligned(size_t room) const {
  const Widths widths = WidthsIn(room);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  std::string text;
  const auto add = [&](const std::vector<std::string>& cells) {
    std::string written;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!widths[i].has_value()) continue;
      if (!written.empty()) written.append(kBetween, ' ');
      if (columns_[i].wraps) {
        const size_t column = DisplayWidth(written);
        written += Wrapped(FitWidth(cells[i], columns_[i].widest), column, column, column + *widths[i],
                           LongWords::kBreak);
        continue;
      }
      const std::string cell = *widths[i] == 0 ? "" : FitWidth(cells[i], *widths[i]);
      const std::string padding(*widths[i] - DisplayWidth(cell), ' ');
      written += columns_[i].align == Align::kRight ? padding + cell : cell + padding;
    }
    text += written.substr(0, written.find_last_not_of(' ') + 1) + "\n";
  };
  add(titles);
  for (const auto& line : lines_) add(line);
  return text;
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string& cell = cells[i];
    if (i > 0) line.push_back(',');
    if (!cell.empty() && cell.find_first_of(",\"\r\n\t ") == std::string::npos) {
      line += cell;
      continue;
    }
    if (cell.empty()) continue;
    absl::StrAppend(&line, "\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
  }
  line.push_back('\n');
  return line;
}

}  // namespace muster::cli
