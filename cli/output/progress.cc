#include "cli/output/progress.h"

#include <unistd.h>

#include <cstdio>

#include "cli/output/display_width.h"
#include "cli/signals.h"

namespace diotima::cli {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

std::string Count(double value) {
  char text[32];
  if (value < 10000) {
    std::snprintf(text, sizeof text, "%.0f", value);
  } else if (value < 1e6) {
    std::snprintf(text, sizeof text, "%.0f k", value / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.2f M", value / 1e6);
  }
  return text;
}

std::string Duration(double seconds) {
  const auto whole = static_cast<uint64_t>(seconds + 0.5);
  if (whole < 60) return std::to_string(whole) + " s";
  char text[48];
  const bool hours = whole >= 3600;
  const uint64_t minutes = whole / 60;
  std::snprintf(text, sizeof text, hours ? "%ju h %02ju min" : "%ju min %02ju s",
                static_cast<uintmax_t>(hours ? minutes / 60 : minutes),
                static_cast<uintmax_t>(hours ? minutes % 60 : whole % 60));
  return text;
}

std::string Speed(double bytes_a_second) {
  char text[32];
  std::snprintf(text, sizeof text, bytes_a_second < 10e6 ? "%.1f MB/s" : "%.0f MB/s",
                bytes_a_second / 1e6);
  return text;
}

std::string Bar(double share) {
  constexpr int kCells = 24;
  const int full = static_cast<int>(share * kCells);
  char percent[16];
  std::snprintf(percent, sizeof percent, "] %3.0f %%  ", share * 100);
  return "[" + std::string(full, '#') + std::string(kCells - full, ' ') + percent;
}

}  // namespace

Progress::Progress(bool enabled, std::string what)
    : enabled_(enabled && isatty(STDERR_FILENO) != 0),
      what_(std::move(what)),
      start_(steady_clock::now()),
      shown_(start_) {}

Progress::~Progress() { Clear(); }

void Progress::Clear() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

ProgressCallback Progress::Callback() {
  return [this](uint64_t done, uint64_t total) {
    SetBytes(done, total);
    if (enabled_ && done > 0) Refresh();
    return CheckInterrupt();
  };
}

ProgressCallback Progress::RowCallback() {
  return [this](uint64_t done, uint64_t total) {
    rows_ = done;
    total_rows_ = total;
    if (enabled_) Refresh();
    return CheckInterrupt();
  };
}

void Progress::AllRead() {
  all_read_ = true;
  shown_ = start_;
  if (enabled_) Refresh();
}

std::string Progress::Line(double seconds) const {
  const auto rows = static_cast<double>(rows_), bytes = static_cast<double>(bytes_);
  // A file may grow while it is read.
  double share =
      bytes_ > 0 && bytes_ <= total_bytes_ ? bytes / static_cast<double>(total_bytes_) : 0;
  if (rows_ <= total_rows_ && total_rows_ > 0) share = rows / static_cast<double>(total_rows_);
  std::string line = what_ + "  ";
  if (share > 0) line += Bar(share);
  if (rows_ > 0 || bytes_ == 0) line += Count(rows) + " rows  ";
  line += bytes_ > 0 ? Speed(bytes / seconds) : Count(rows / seconds) + " rows/s";
  if (all_read_) return line + "  all read";
  return line + "  " +
         (share > 0 ? Duration(seconds / share * (1 - share)) + " left" : Duration(seconds));
}

// The clock is asked every few rows alone.
void Progress::Refresh() {
  constexpr uint64_t kStep = 256;
  next_look_ = rows_ + kStep;
  const auto now = steady_clock::now();
  const double seconds = duration<double>(now - start_).count();
  if (seconds < 1 || duration<double>(now - shown_).count() < 0.1) return;
  shown_ = now;
  const size_t width = TerminalWidth(STDERR_FILENO);
  std::fprintf(stderr, "\r\x1b[K%s", CutToWidth(Line(seconds), width > 1 ? width - 1 : 1).c_str());
  std::fflush(stderr);
  visible_ = true;
}

}  // namespace diotima::cli
