// muster members: lists the members that an expression selects.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "clients/cli/option_checks.h"
#include "clients/cli/progress_bar.h"
#include "clients/cli/question_options.h"
#include "clients/cli/shown_text.h"
#include "clients/cli/table.h"
#include "clients/cpp/member_ids.h"
#include "index/status/status_macros.h"
#include "loaders/files/output_file.h"

namespace muster::cli {
namespace {

struct MembersOptions {
  QuestionOptions question;
  uint64_t limit = 0;
  std::string output;
  bool ordinals = false;
};

// Formats what a list holds: ids one per line, as a JSON array of strings, or as CSV with a header; or the bytes
// of a bitmap.
class MemberText {
 public:
  MemberText(Format format, bool ordinals) : format_(format), ordinals_(ordinals) {}

  std::string Begin() const {
    return format_ == Format::kJson ? "[" : (format_ == Format::kCsv ? "member_id\n" : "");
  }
  // The text of one message, which is valid until the next call.
  absl::string_view Of(const v1::StreamMembersResponse& message) {
    if (ordinals_) return message.bitmap();
    if (format_ == Format::kTable) {
      written_ += message.ids().count();
      return message.ids().lines();
    }
    text_.clear();
    for (const std::string_view id : client::IdsOf(message.ids())) {
      if (format_ == Format::kCsv) text_ += CsvLine({std::string(id)});
      if (format_ == Format::kJson)
        absl::StrAppend(&text_, written_ == 0 ? "\n  " : ",\n  ", JsonString(std::string(id)));
      ++written_;
    }
    return text_;
  }
  std::string End() const { return format_ != Format::kJson ? "" : (written_ == 0 ? "]\n" : "\n]\n"); }
  // How many ids; 0 of a bitmap.
  uint64_t written() const { return written_; }

 private:
  const Format format_;
  const bool ordinals_;
  uint64_t written_ = 0;
  std::string text_;
};

// The output of the members: standard output or a file.
struct Destination {
  std::function<absl::Status(absl::string_view)> write;
  bool show_progress = false;
};

// Writes the members. Returns how many.
absl::StatusOr<uint64_t> Stream(Invocation& run, client::Client& client,
                                const v1::StreamMembersRequest& request, const Destination& destination) {
  MemberText text(run.format, request.form() == v1::MEMBER_FORM_ORDINALS);
  ProgressBar bar(run.terminal, "listing", "members");
  uint64_t expected = 0;
  RETURN_IF_ERROR(destination.write(text.Begin()));
  RETURN_IF_ERROR(client.StreamMembers(request, [&](const v1::StreamMembersResponse& message) {
    ReportWarnings(run.terminal, message.warnings(), request.expression().text());
    for (const std::string& notice : message.notices()) WriteNote(run.terminal, notice);
    if (message.has_receipt()) expected = message.total_count();
    if (request.limit() > 0) expected = std::min<uint64_t>(expected, request.limit());
    absl::Status written = destination.write(text.Of(message));
    if (destination.show_progress && expected > 0) {
      bar.Show(static_cast<double>(text.written()) / static_cast<double>(expected), text.written());
    }
    return written;
  }));
  RETURN_IF_ERROR(destination.write(text.End()));
  return request.form() == v1::MEMBER_FORM_ORDINALS ? expected : text.written();
}

absl::Status ToFile(Invocation& run, client::Client& client, const v1::StreamMembersRequest& request,
                    const std::string& path) {
  ASSIGN_OR_RETURN(auto file, loaders::OutputFile::Create(path));
  const auto write = [&file](absl::string_view piece) { return file->Write(piece); };
  // A bitmap is too small for a bar.
  const bool show_progress = request.form() != v1::MEMBER_FORM_ORDINALS;
  ASSIGN_OR_RETURN(const uint64_t written, Stream(run, client, request, {write, show_progress}));
  RETURN_IF_ERROR(file->Publish());
  run.terminal.err << Counted(written, "member") << " written to " << path << "\n";
  return absl::OkStatus();
}

absl::Status ToStandardOutput(Invocation& run, client::Client& client,
                              const v1::StreamMembersRequest& request) {
  const auto write = [&](absl::string_view piece) {
    run.terminal.out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return run.terminal.out
               ? absl::OkStatus()
               : absl::CancelledError("standard output can't be written; the list is not complete");
  };
  return Stream(run, client, request, {write}).status();
}

void ListMembers(Invocation& run, const MembersOptions& options) {
  if (options.ordinals && options.output.empty() && run.terminal.out_columns != kUnboundedColumns) {
    WriteError(run.terminal,
               "--ordinals writes a bitmap, which is not for a terminal: add --output FILE, or a pipe");
    run.exit_code = kWrongUsage;
    return;
  }
  const auto client = Connect(run);
  if (client == nullptr) return;
  const auto expression = TakeExpression(run, options.question.expression);
  if (!expression.has_value()) return;
  auto request = RequestOf<v1::StreamMembersRequest>(options.question, *expression);
  request.set_limit(options.limit);
  if (options.ordinals) request.set_form(v1::MEMBER_FORM_ORDINALS);
  const absl::Status status = options.output.empty() ? ToStandardOutput(run, *client, request)
                                                     : ToFile(run, *client, request, options.output);
  if (!status.ok()) run.exit_code = ReportFailure(run.terminal, status, *expression);
}

}  // namespace

void AddMembersCommand(CLI::App& app, Invocation& run) {
  auto options = std::make_shared<MembersOptions>();
  CLI::App& command =
      *app.add_subcommand("members", "List the members that an expression selects, one id a line");
  AddQuestionOptions(command, options->question);
  command
      .add_option("--limit", options->limit,
                  "At most this many, in the order in which ids were first named, which is no random sample. "
                  "Default: all")
      ->check(CheckCount)
      ->type_name("N");
  command
      .add_option("--output,-o", options->output, "Write to FILE, whole or not at all; .gz and .zst compress")
      ->check(CheckGiven)
      ->type_name("FILE");
  command
      .add_flag("--ordinals", options->ordinals,
                "Write the members' ordinals, as one portable Roaring bitmap, instead of their ids")
      ->excludes(AddFormatOption(command, run));
  AddServerOption(command, run);
  command.footer(
      "Examples:\n"
      "  muster members -p shop 'vip AND sms_consent' --limit 10\n"
      "  muster members -p shop @segment.txt --output audience.csv.gz --format csv\n"
      "  muster members -p shop vip --ordinals --output vip.roaring");
  command.callback([&run, options] { ListMembers(run, *options); });
}

}  // namespace muster::cli
