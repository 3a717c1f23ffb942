"""Official documents as red-head letters (红头文件): frozen facts, and their rendering as a PDF by GB/T 9704-2012."""
