#include "loaders/feeding/list_load.h"

#include <future>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "index/status/status_macros.h"
#include "loaders/files/text_start.h"

namespace muster::loaders {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;
// A batch is sent once it reaches one of these limits.
constexpr int kIdBatchIds = 64 << 10;
constexpr size_t kIdBatchBytes = size_t{2} << 20;
// The rest of a longer line is dropped: the server refuses the id anyway.
constexpr size_t kLineBytesMax = size_t{1} << 20;

void AppendId(absl::string_view line, v1::CellColumn& ids) {
  const absl::string_view id = absl::StripAsciiWhitespace(line);
  std::string& text = *ids.mutable_text();
  text.append(id.data(), id.size());
  ids.add_ends(static_cast<uint32_t>(text.size()));
}

}  // namespace

absl::StatusOr<IdReader> IdReader::Open(const InputPath& input, TextFormat format) {
  ASSIGN_OR_RETURN(auto file, RawFile::Open(input));
  IdReader reader(std::move(file));
  // A line is one id, whatever it contains: there are no separators and no quotes.
  format.kind = TextKind::kDelimited;
  format.delimiter = "\n";
  format.quote = 0;
  format.has_schema = false;
  ASSIGN_OR_RETURN(auto begun, BeginText(*reader.file_, input.path, format));
  reader.text_ = std::move(begun.text);
  reader.unread_ = std::move(begun.start);
  reader.next_line_ = begun.line;
  reader.notes_ = std::move(begun.notes);
  return reader;
}

absl::StatusOr<bool> IdReader::ReadSome() {
  if (ended_) return false;
  const size_t filled = unread_.size();
  unread_.resize(filled + kReadBytes);
  ASSIGN_OR_RETURN(const size_t got, text_->Read(absl::MakeSpan(unread_).subspan(filled)));
  unread_.resize(filled + got);
  ended_ = got == 0;
  return true;
}

void IdReader::TakeLines(v1::IdBatch& batch) {
  v1::CellColumn& ids = *batch.mutable_ids();
  absl::string_view rest = unread_;
  while (ids.ends_size() < kIdBatchIds && ids.text().size() < kIdBatchBytes) {
    const size_t end = rest.find('\n');
    if (end == absl::string_view::npos && !(ended_ && !rest.empty()) && rest.size() <= kLineBytesMax) break;
    const absl::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
    if (!skipping_) {
      AppendId(line.substr(0, kLineBytesMax), ids);
      ++next_line_;
    }
    skipping_ = end == absl::string_view::npos && !ended_;
  }
  unread_.erase(0, unread_.size() - rest.size());
}

absl::StatusOr<v1::IdBatch> IdReader::ReadBatch() {
  v1::IdBatch batch;
  batch.set_first_line(next_line_);
  while (true) {
    TakeLines(batch);
    if (batch.ids().ends_size() >= kIdBatchIds || batch.ids().text().size() >= kIdBatchBytes) return batch;
    ASSIGN_OR_RETURN(const bool more, ReadSome());
    if (!more) return batch;
  }
}

absl::StatusOr<v1::LoadListResponse> FeedList(client::Client& client, const v1::ListSpec& spec,
                                              IdReader& reader,
                                              const std::function<void(const LoadProgress&)>& on_progress) {
  const auto stream = client.BeginList(spec);
  const auto read_ahead = [&] {
    return std::async(std::launch::async, [&reader] { return reader.ReadBatch(); });
  };
  // Reading is one batch ahead of sending; the reader belongs to the future until its batch is taken.
  auto next = read_ahead();
  uint64_t sent = 0;
  while (true) {
    ASSIGN_OR_RETURN(v1::IdBatch batch, next.get());
    if (batch.ids().ends_size() == 0) break;
    const LoadProgress progress = {reader.file().bytes_read(), reader.file().size(), sent};
    next = read_ahead();
    sent += static_cast<uint64_t>(batch.ids().ends_size());
    v1::LoadListRequest message;
    message.mutable_batch()->Swap(&batch);
    const bool wanted = stream->Feed(message);
    on_progress(progress);
    if (!wanted) break;  // the server has already answered
  }
  if (next.valid()) next.wait();
  return stream->Commit(sent);
}

}  // namespace muster::loaders
