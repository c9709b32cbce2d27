/*
 * The part of the HTML report that is the same for every class.
 */
#ifndef NSLAB_LAB_REPORT_FORMAT_HTML_H
#define NSLAB_LAB_REPORT_FORMAT_HTML_H

/** From the doctype to the heading of the page. */
extern const char format_html_head[];

#endif
