// Marks what the shared library exports.
#pragma once

#if defined(__GNUC__)
#define DIOTIMA_EXPORT [[gnu::visibility("default")]]
#else
#define DIOTIMA_EXPORT
#endif
