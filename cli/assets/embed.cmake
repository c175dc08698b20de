# Makes graph.html, with the files that it names, a string of C++.
#
#   cmake -DOUTPUT=FILE.cc -P embed.cmake
set(assets ${CMAKE_CURRENT_LIST_DIR})
file(READ ${assets}/graph.html page)
file(GLOB names RELATIVE ${assets} ${assets}/*.css ${assets}/*.js)
foreach(name ${names})
  file(READ ${assets}/${name} text)
  string(REPLACE "@${name}@" "${text}" page "${page}")
endforeach()
file(WRITE ${OUTPUT} "#include \"cli/report/graph_page_html.h\"

const std::string_view diotima::cli::kGraphPageHtml = R\"page(${page})page\";
")
