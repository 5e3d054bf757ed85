#include "clients/cli/table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/display_width.h"

namespace muster::cli {

std::string Table::Aligned() const {
  std::vector<std::vector<std::string>> shown(1);
  for (const Column& column : columns_) shown[0].push_back(column.title);
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const auto& line : lines_) {
    auto& fitted = shown.emplace_back();
    for (size_t i = 0; i < columns_.size(); ++i) {
      fitted.push_back(FitWidth(line[i], columns_[i].widest));
      widths[i] = std::max(widths[i], DisplayWidth(fitted.back()));
    }
  }
  std::string text;
  for (const auto& line : shown) {
    std::string written;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string padding(widths[i] - DisplayWidth(line[i]), ' ');
      if (i > 0) written += "  ";
      written += columns_[i].align == Align::kRight ? padding + line[i] : line[i] + padding;
    }
    text += written.substr(0, written.find_last_not_of(' ') + 1) + "\n";
  }
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
