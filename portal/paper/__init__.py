"""Documents on paper: data and a template become a PDF with its own Chinese fonts, tagged for machines."""
